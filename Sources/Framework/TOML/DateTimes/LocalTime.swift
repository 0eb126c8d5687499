/// A time of day without a date or a time zone: `07:32:00.5`.
public struct LocalTime: Hashable, Sendable {
    /// The hour, 0...23.
    public let hour: Int
    /// The minute, 0...59.
    public let minute: Int
    /// The second, 0...59.
    public let second: Int
    /// The fraction of the second, in nanoseconds, 0...999,999,999; further digits of a document are ignored.
    public let nanosecond: Int

    /// A time of day; nil if there is no such time.
    public init?(hour: Int, minute: Int, second: Int = 0, nanosecond: Int = 0) {
        guard 0...23 ~= hour, 0...59 ~= minute, 0...59 ~= second, 0...999_999_999 ~= nanosecond else { return nil }
        self.init(checkedHour: hour, minute: minute, second: second, nanosecond: nanosecond)
    }

    init(checkedHour hour: Int, minute: Int, second: Int, nanosecond: Int) {
        self.hour = hour
        self.minute = minute
        self.second = second
        self.nanosecond = nanosecond
    }
}

extension LocalTime: Comparable, CustomStringConvertible {
    /// Orders by time.
    public static func < (left: LocalTime, right: LocalTime) -> Bool {
        (left.hour, left.minute, left.second, left.nanosecond)
            < (right.hour, right.minute, right.second, right.nanosecond)
    }

    /// The form of both versions of TOML and of RFC 3339: `07:32:00`, `07:32:00.5`.
    public var description: String {
        let whole = "\(padded(hour, to: 2)):\(padded(minute, to: 2)):\(padded(second, to: 2))"
        guard nanosecond > 0 else { return whole }
        var digits = Array(padded(nanosecond, to: 9).utf8)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return "\(whole).\(String(decoding: digits, as: UTF8.self))"
    }
}
