internal import Diagnostics
internal import Formats

/// Instants as local times of a zone, and back.
struct LocalTime: Sendable {
    let zone: TimeZoneRules

    /// What a column of instants holds: the years 1 to 9999, in microseconds since 1970-01-01T00:00:00Z.
    static let instants: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    /// Seconds east of UTC at an instant.
    @inline(__always)
    func offset(at instant: Int64) -> Int { zone.offset(at: Self.floor(instant, by: 1_000_000)) }

    /// Microseconds from 1970-01-01T00:00:00 local time.
    @inline(__always)
    func local(_ instant: Int64) -> Int64 {
        min(max(instant, Self.instants.lowerBound), Self.instants.upperBound) + Int64(offset(at: instant)) * 1_000_000
    }

    /// The local date of an instant.
    func date(_ instant: Int64) -> CivilDate {
        CivilDate(daysSince1970: Int32(clamping: Self.floor(local(instant), by: Self.day)))
    }

    /// The instant of a local time; see `TimeZoneRules.instant(ofLocal:)`.
    func instant(ofLocal local: Int64) throws(Failure) -> Int64 {
        let instant = zone.instant(ofLocal: local)
        guard Self.instants.contains(instant) else { throw .overflow(.instant) }
        return instant
    }

    static let day: Int64 = 86_400_000_000

    @inline(__always)
    static func floor(_ number: Int64, by divisor: Int64) -> Int64 {
        let quotient = number / divisor
        return number % divisor < 0 ? quotient - 1 : quotient
    }

    /// The local time at the start of a date, in days since 1970-01-01; a column may hold any number of days.
    static func midnight(_ days: Int64) throws(Failure) -> Int64 {
        guard let date = Int32(exactly: days), CivilDate.usualDays.contains(date) else { throw .overflow(.date) }
        return days * day
    }

    /// Days since 1970-01-01 as the value of a date.
    static func days(_ date: CivilDate?) throws(Failure) -> Int64 {
        guard let date, CivilDate.usualDays.contains(date.daysSince1970) else { throw .overflow(.date) }
        return Int64(date.daysSince1970)
    }
}

/// A unit of the calendar or of time.
enum TimeUnit: String, CaseIterable, Sendable {
    case year, quarter, month, week, day, hour, minute, second

    /// Its length in microseconds, if all are equally long.
    var length: Int64? {
        switch self {
        case .year, .quarter, .month: nil
        case .week: 7 * LocalTime.day
        case .day: LocalTime.day
        case .hour: 3_600_000_000
        case .minute: 60_000_000
        case .second: 1_000_000
        }
    }

    /// Whether a day is divided into it.
    var isTimeOfDay: Bool { self == .hour || self == .minute || self == .second }

    /// Its length in months.
    var months: Int? { self == .year ? 12 : self == .quarter ? 3 : self == .month ? 1 : nil }

    /// The first day of the unit that a date is in.
    func start(of date: CivilDate) -> CivilDate {
        switch self {
        case .year: CivilDate(year: date.year, month: 1, day: 1) ?? date
        case .quarter: CivilDate(year: date.year, month: (date.month - 1) / 3 * 3 + 1, day: 1) ?? date
        case .month: CivilDate(year: date.year, month: date.month, day: 1) ?? date
        case .week: CivilDate(daysSince1970: Int32(clamping: Int64(date.daysSince1970) - Int64(date.weekday - 1)))
        case .day, .hour, .minute, .second: date
        }
    }

    /// The last day of the unit that a date is in.
    func end(of date: CivilDate) -> CivilDate? {
        if self == .week {
            return CivilDate(daysSince1970: Int32(clamping: Int64(date.daysSince1970) + Int64(7 - date.weekday)))
        }
        guard let months else { return date }
        return start(of: date).adding(months: months).map { CivilDate(daysSince1970: $0.daysSince1970 - 1) }
    }

    /// How many whole units are between two dates; negative if the second is earlier.
    func count(from start: CivilDate, to end: CivilDate) -> Int64 {
        let days = Int64(end.daysSince1970) - Int64(start.daysSince1970)
        guard let months else { return days / (self == .week ? 7 : 1) }
        var count = (end.year - start.year) * 12 + end.month - start.month
        // A month is whole on the day that `add_months` gives.
        if count > 0, let day = start.adding(months: count), day > end { count -= 1 }
        if count < 0, let day = start.adding(months: count), day < end { count += 1 }
        return Int64(count / months)
    }
}

extension Call {
    /// The unit that an argument names, in the singular or the plural.
    func unit(_ index: Int, ofDate isDate: Bool = false) throws(Diagnostic) -> TimeUnit {
        let word = text(index) ?? ""
        let units = TimeUnit.allCases.filter { !isDate || !$0.isTimeOfDay }
        if let unit = units.first(where: { $0.rawValue == word || $0.rawValue + "s" == word }) { return unit }
        throw Diagnostic(
            "expression.unit",
            message: TimeUnit(rawValue: word) == nil
                ? "there is no unit '\(word)'" : "a date has no '\(word)'",
            at: place(index),
            hint: "the units are " + units.map(\.rawValue).joined(separator: ", ")
        )
    }

    /// The finding that an instant has no such thing without a zone.
    func lacksZone(_ what: String) -> Diagnostic {
        let arguments = (0..<count).map { written($0) }.joined(separator: ", ")
        return Diagnostic(
            "expression.zone",
            message: "\(what) of a moment depends on where one is",
            at: placeOfName,
            hint: "\(writtenName)(\(arguments), \"Europe/Berlin\"), or \"UTC\""
        )
    }

    private var writtenName: String { text.written(name) }
}
