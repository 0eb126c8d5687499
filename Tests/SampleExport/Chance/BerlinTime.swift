internal import Formats

/// A moment as a clock in Berlin shows it.
///
/// Knows the rule of the European Union by itself and asks no time zone database, so that it can be held against one:
/// summer time from the last Sunday of March, 02:00, to the last Sunday of October, 03:00 local time (directive
/// 2000/84/EC, in force like this since 1996). Before 1996 it is always an hour ahead of UTC, which is right for the
/// years 1919 to 1939 and 1950 to 1979.
package struct BerlinTime: Hashable, Sendable {
    /// The day on the wall, as days since 1970-01-01.
    package let day: Int32
    /// Seconds since midnight as the clock shows them, whether or not it was changed that night.
    package let second: Int

    /// A moment; in the hour that comes twice, the first.
    ///
    /// - Parameters:
    ///   - day: Days since 1970-01-01.
    ///   - second: 0 to 86,399.
    package init(day: Int32, second: Int) {
        self.day = day
        self.second = second
    }

    /// A moment as people write it.
    ///
    /// - Precondition: there is such a day.
    package init(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int = 0) {
        self.init(day: Self.day(year, month, day), second: hour * 3600 + minute * 60 + second)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var milliseconds: Int64 {
        (Int64(day) * 86_400 + Int64(second) - (isSummerTime ? 7200 : 3600)) * 1000
    }

    /// The moment as Trakt writes it, in UTC.
    package var traktText: String {
        var bytes: [UInt8] = []
        ISO8601.append(milliseconds * 1000, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same moment without its seconds.
    package var wholeMinute: BerlinTime { BerlinTime(day: day, second: second / 60 * 60) }

    /// So many minutes later.
    package func later(minutes: Int) -> BerlinTime {
        let total = second + minutes * 60
        return BerlinTime(day: day + Int32(total / 86_400), second: total % 86_400)
    }

    /// The number of a day.
    ///
    /// - Precondition: there is such a day.
    package static func day(_ year: Int, _ month: Int, _ day: Int) -> Int32 {
        guard let date = CivilDate(year: year, month: month, day: day) else {
            preconditionFailure("there is no \(year)-\(month)-\(day)")
        }
        return date.daysSince1970
    }

    private var isSummerTime: Bool {
        let year = CivilDate(daysSince1970: day).year
        guard year >= 1996 else { return false }
        let here = (day, second)
        return here >= (Self.lastSunday(year, 3), 2 * 3600) && here < (Self.lastSunday(year, 10), 3 * 3600)
    }

    /// The last Sunday of a month of 31 days; day 0 was a Thursday.
    private static func lastSunday(_ year: Int, _ month: Int) -> Int32 {
        let last = day(year, month, 31)
        return last - (last + 4) % 7
    }
}

extension BerlinTime: Comparable {
    /// Orders by time.
    package static func < (left: BerlinTime, right: BerlinTime) -> Bool { left.milliseconds < right.milliseconds }
}

extension BerlinTime {
    /// What the clock shows at a moment; milliseconds are cut off.
    ///
    /// In the second of the two hours that a night of October has, it is an hour wrong: there is no other way to say it.
    package init(milliseconds: Int64) {
        let seconds = Int(milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
        let winter = BerlinTime(secondsOnTheWall: seconds + 3600)
        self = winter.isSummerTime ? BerlinTime(secondsOnTheWall: seconds + 7200) : winter
    }

    private init(secondsOnTheWall seconds: Int) {
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        self.init(day: Int32(day), second: seconds - day * 86_400)
    }
}
