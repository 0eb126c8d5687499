/// A rule for all years: `IST-1GMT0,M10.5.0,M3.5.0/1` (POSIX.1-2017 §8.3 "TZ", with the wider times of RFC 8536
/// §3.3.1).
///
/// "Daylight saving" is only a name here: in Ireland's rule it is the winter time and less than standard time.
struct POSIXTimeZone: Sendable, Hashable {
    /// Seconds east of UTC.
    var standard: Int
    var daylight: Daylight?

    struct Daylight: Sendable, Hashable {
        /// Seconds east of UTC.
        var offset: Int
        var start: Change
        var end: Change
    }

    /// A change of the offset each year, in the local time that is valid until then.
    struct Change: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// `Jn`: 1 to 365; 29 February is never counted.
            case ofYearWithoutLeapDay(Int)
            /// `n`: 0 to 365, 29 February counted.
            case ofYear(Int)
            /// `Mm.w.d`: weekday 0 is Sunday, week 5 the last one.
            case ofMonth(Int, week: Int, weekday: Int)
        }

        var day: Day
        /// Seconds after midnight; may be negative or more than a day.
        var time: Int

        /// Seconds since 1970 on the local clock.
        func localSeconds(in year: Int) -> Int {
            let newYear = CivilDate.days(year: year, month: 1, day: 1)
            let days =
                switch day {
                case .ofYear(let day): newYear + day
                case .ofYearWithoutLeapDay(let day): newYear + day - (CivilDate.isLeap(year) && day >= 60 ? 0 : 1)
                case .ofMonth(let month, let week, let weekday):
                    Self.day(year, month: month, week: week, weekday: weekday)
                }
            return days * 86_400 + time
        }

        private static func day(_ year: Int, month: Int, week: Int, weekday: Int) -> Int {
            let first = CivilDate.days(year: year, month: month, day: 1)
            // 1970-01-01 was a Thursday.
            let weekdayOfFirst = (first + 4) - CivilDate.floorDivide(first + 4, by: 7) * 7
            let day = (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
            return first + (day < CivilDate.daysIn(month: month, of: year) ? day : day - 7)
        }
    }

    /// The interval with one offset around an instant; beyond the year ±5,000,000 the nearest one that can be computed.
    func stretch(around seconds: Int64) -> TimeZoneRules.Stretch {
        guard let daylight else { return .init(from: .min, until: .max, offset: standard) }
        let limit: Int64 = 150_000_000_000_000
        let seconds = min(max(seconds, -limit), limit)
        let day = CivilDate.floorDivide(Int(seconds), by: 86_400)
        let year = CivilDate(daysSince1970: Int32(clamping: day)).year

        var changes: [(at: Int64, offset: Int)] = []
        for year in year - 2...year + 2 {
            // Of two changes at the same time, the later one in this list counts: daylight saving time all year round
            // (RFC 8536 §3.3.1) ends and begins again at New Year.
            changes.append((Int64(daylight.end.localSeconds(in: year) - daylight.offset), standard))
            changes.append((Int64(daylight.start.localSeconds(in: year) - standard), daylight.offset))
        }
        let ordered = changes.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        var stretch = TimeZoneRules.Stretch(from: .min, until: .max, offset: standard)
        for (_, change) in ordered {
            guard change.at <= seconds else {
                stretch.until = change.at
                break
            }
            stretch.from = change.at
            stretch.offset = change.offset
        }
        return stretch
    }
}

extension POSIXTimeZone {
    /// Parses a rule; nil if the bytes are not one.
    init?(parsing text: some Collection<UInt8>) {
        var parser = Parser(rest: Array(text)[...])
        guard parser.name(), let west = parser.time(hours: 0...24) else { return nil }
        standard = -west
        daylight = nil
        guard !parser.rest.isEmpty else { return }

        guard parser.name() else { return nil }
        var offset = standard + 3600
        if parser.rest.first != UInt8(ascii: ",") {
            guard let west = parser.time(hours: 0...24) else { return nil }
            offset = -west
        }
        // POSIX does not define a rule without dates; TZif files do not contain one.
        guard parser.take(","), let start = parser.change(), parser.take(","), let end = parser.change(),
            parser.rest.isEmpty
        else { return nil }
        daylight = Daylight(offset: offset, start: start, end: end)
    }

    private struct Parser {
        var rest: ArraySlice<UInt8>

        init(rest: ArraySlice<UInt8>) { self.rest = rest }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard let first = rest.first, UInt32(first) == character.value else { return false }
            rest.removeFirst()
            return true
        }

        /// Letters, or anything between `<` and `>`.
        mutating func name() -> Bool {
            if take("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { (65...90).contains($0) || (97...122).contains($0) }
            rest = rest[letters.endIndex...]
            return letters.count >= 3
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { (48...57).contains($0) }
            guard 1...4 ~= digits.count else { return nil }
            rest = rest[digits.endIndex...]
            let number = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
            return range.contains(number) ? number : nil
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time(hours: ClosedRange<Int>) -> Int? {
            let sign = take("-") ? -1 : 1
            if sign == 1 { _ = take("+") }
            guard let hour = number(hours) else { return nil }
            var seconds = hour * 3600
            if take(":") {
                guard let minute = number(0...59) else { return nil }
                seconds += minute * 60
                if take(":") {
                    guard let second = number(0...59) else { return nil }
                    seconds += second
                }
            }
            return sign * seconds
        }

        mutating func change() -> Change? {
            let day: Change.Day
            if take("M") {
                guard let month = number(1...12), take("."), let week = number(1...5), take("."),
                    let weekday = number(0...6)
                else { return nil }
                day = .ofMonth(month, week: week, weekday: weekday)
            } else if take("J") {
                guard let number = number(1...365) else { return nil }
                day = .ofYearWithoutLeapDay(number)
            } else {
                guard let number = number(0...365) else { return nil }
                day = .ofYear(number)
            }
            guard take("/") else { return Change(day: day, time: 7200) }
            guard let time = time(hours: 0...167) else { return nil }
            return Change(day: day, time: time)
        }
    }
}
