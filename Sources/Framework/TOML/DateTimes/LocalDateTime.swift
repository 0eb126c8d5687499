/// A date and a time of day without a time zone: `1979-05-27T07:32:00`.
public struct LocalDateTime: Hashable, Sendable {
    /// The calendar date.
    public let date: LocalDate
    /// The time of day.
    public let time: LocalTime

    /// A time of day on a date.
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

    /// The form of TOML and RFC 3339: `1979-05-27T07:32:00`.
    public var description: String { "\(date)T\(time)" }
}
