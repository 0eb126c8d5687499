extension TimeFormat {
    /// Appends a local time in this format.
    ///
    /// - Parameters:
    ///   - local: Microseconds from 1970-01-01T00:00:00 local time; years outside 0 to 9999 have their sign and digits.
    ///   - offset: Seconds east of UTC, for `%z`: `+02:00`, or `Z` for 0.
    ///   - bytes: What to append to.
    package func append(local: Int64, offset: Int, to bytes: inout [UInt8]) {
        let day = Int(CivilDate.floorDivide(Int(local), by: ISO8601.microsecondsADay))
        let time = Int(local) - day * ISO8601.microsecondsADay
        let date = CivilDate(daysSince1970: Int32(clamping: day))
        for piece in pieces {
            switch piece {
            case .byte(let byte): bytes.append(byte)
            case .year: Self.append(date.year, digits: 4, to: &bytes)
            case .shortYear: Self.append((date.year % 100 + 100) % 100, digits: 2, to: &bytes)
            case .month: Self.append(date.month, digits: 2, to: &bytes)
            case .monthName(let isFull):
                let name = Self.months[date.month - 1]
                bytes += isFull ? Array(name.utf8) : Array(name.utf8.prefix(3))
            case .day: Self.append(date.day, digits: 2, to: &bytes)
            case .dayOfYear: Self.append(date.dayOfYear, digits: 3, to: &bytes)
            case .hour: Self.append(time / 3_600_000_000, digits: 2, to: &bytes)
            case .minute: Self.append(time / 60_000_000 % 60, digits: 2, to: &bytes)
            case .second: Self.append(time / 1_000_000 % 60, digits: 2, to: &bytes)
            case .fraction: Self.append(time % 1_000_000, digits: 6, to: &bytes)
            case .offset:
                guard offset != 0 else {
                    bytes.append(UInt8(ascii: "Z"))
                    continue
                }
                bytes.append(offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
                Self.append(abs(offset) / 3600, digits: 2, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                Self.append(abs(offset) / 60 % 60, digits: 2, to: &bytes)
            }
        }
    }

    private static func append(_ number: Int, digits: Int, to bytes: inout [UInt8]) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        var weight: UInt = 1
        for _ in 1..<digits { weight *= 10 }
        while number.magnitude / 10 >= weight { weight *= 10 }
        while weight > 0 {
            bytes.append(UInt8(truncatingIfNeeded: 48 + number.magnitude / weight % 10))
            weight /= 10
        }
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}

extension CivilDate {
    /// The day of the year, from 1.
    package var dayOfYear: Int {
        Int(daysSince1970) - CivilDate.days(year: year, month: 1, day: 1) + 1
    }

    /// The day of the week: 1 is Monday, 7 is Sunday (ISO 8601).
    package var weekday: Int {
        // 1970-01-01 was a Thursday.
        let days = Int(daysSince1970) + 3
        return days - CivilDate.floorDivide(days, by: 7) * 7 + 1
    }

    /// The week of the year: the week with the first Thursday of the year is its first (ISO 8601).
    package var week: Int {
        let thursday = CivilDate(daysSince1970: Int32(clamping: Int(daysSince1970) - weekday + 4))
        return (thursday.dayOfYear - 1) / 7 + 1
    }

    /// The date that many months later (earlier, if negative); the last day of the month if it has no such day.
    ///
    /// - Returns: Nil beyond the years that a date can have.
    package func adding(months: Int) -> CivilDate? {
        let (sum, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
        guard !overflow, abs(sum) < 60_000_000 else { return nil }
        let year = CivilDate.floorDivide(sum, by: 12)
        let month = sum - year * 12 + 1
        return CivilDate(year: year, month: month, day: min(day, CivilDate.daysIn(month: month, of: year)))
    }

    /// The number of days of its month.
    package var daysInMonth: Int { CivilDate.daysIn(month: month, of: year) }
}
