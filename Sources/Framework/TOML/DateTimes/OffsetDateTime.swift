/// An instant as a local time with its offset from UTC: `1979-05-27T00:32:00-07:00`.
public struct OffsetDateTime: Hashable, Sendable {
    /// The date and the time of day before the offset is applied.
    public let local: LocalDateTime
    /// The offset from UTC in minutes, -1439...1439; positive east of UTC.
    public let offsetInMinutes: Int

    /// An instant by its local time and offset; an offset beyond 1439 minutes is limited to that.
    public init(local: LocalDateTime, offsetInMinutes: Int) {
        self.local = local
        self.offsetInMinutes = min(max(offsetInMinutes, -1439), 1439)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z; the fraction is `local.time.nanosecond`.
    public var secondsSince1970: Int {
        // Days by the method of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
        let date = local.date
        let year = date.month <= 2 ? date.year - 1 : date.year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let time = local.time
        return days * 86_400 + time.hour * 3_600 + time.minute * 60 + time.second - offsetInMinutes * 60
    }
}

extension OffsetDateTime: CustomStringConvertible {
    /// The form of TOML and RFC 3339, with `Z` for UTC: `1979-05-27T00:32:00-07:00`.
    public var description: String {
        guard offsetInMinutes != 0 else { return "\(local)Z" }
        let minutes = abs(offsetInMinutes)
        return "\(local)\(offsetInMinutes < 0 ? "-" : "+")\(padded(minutes / 60, to: 2)):\(padded(minutes % 60, to: 2))"
    }
}
