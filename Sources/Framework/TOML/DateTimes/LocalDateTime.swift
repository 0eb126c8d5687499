/// A day and a time of day, without a place: `1979-05-27T07:32:00`.
public struct LocalDateTime: Hashable, Sendable {
    /// The calendar day, in no particular time zone.
    public let date: LocalDate
    /// The time of day.
    public let time: LocalTime

    /// A time of a day.
    public init(date: LocalDate, time: LocalTime) {
        self.date = date
        self.time = time
    }
}

extension LocalDateTime: Comparable, CustomStringConvertible {
    /// Orders by time.
    public static func < (left: LocalDateTime, right: LocalDateTime) -> Bool {
        (left.date, left.time) < (right.date, right.time)
    }

    /// As TOML and RFC 3339 write it: `1979-05-27T07:32:00`.
    public var description: String { "\(date)T\(time)" }
}
