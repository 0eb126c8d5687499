/// A date of the proleptic Gregorian calendar, which extends the calendar's rules to before 1582.
///
/// There is a year 0 (1 BC) and negative ones before it, as in ISO 8601:2004.
public struct CivilDate: Hashable, Sendable {
    /// The year; 0 is 1 BC.
    public let year: Int
    /// The month, 1 to 12.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// A calendar date; nil if there is none: no 30 February, no year beyond ±5,000,000.
    public init?(year: Int, month: Int, day: Int) {
        guard -5_000_000...5_000_000 ~= year, 1...12 ~= month, day >= 1,
            day <= CivilDate.daysIn(month: month, of: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date this many days after 1970-01-01 (before it, if negative).
    public init(daysSince1970 days: Int32) {
        // The year begins in March here, so that the leap day is its last: an era is 400 such years, 146,097 days.
        let shifted = Int(days) + 719_468
        let era = CivilDate.floorDivide(shifted, by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01; negative before it.
    public var daysSince1970: Int32 {
        // The initialisers keep the year within what 32 bits can count.
        Int32(truncatingIfNeeded: CivilDate.days(year: year, month: month, day: day))
    }

    /// Appends `YYYY-MM-DD`; a year outside 0 to 9999 has a sign and at least six digits (ISO 8601:2004 §4.1.2.4).
    public func append(to bytes: inout [UInt8]) {
        // On the stack first: an append costs more than a digit.
        var date: [10 of UInt8] = [48, 48, 48, 48, 45, 48, 48, 45, 48, 48]  // 0000-00-00
        date.putTwoDigits(month, at: 5)
        date.putTwoDigits(day, at: 8)
        guard 0...9999 ~= year else {
            bytes.append(year < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
            let digits = Array(String(year.magnitude).utf8)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, 6 - digits.count)))
            bytes.append(contentsOf: digits)
            date.span.extracting(4...).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
            return
        }
        date.putTwoDigits(year / 100, at: 0)
        date.putTwoDigits(year % 100, at: 2)
        date.span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    /// Days since 1970-01-01 of a day that may be outside of its month; years within ±10,000,000.
    @inline(__always)
    static func days(year: Int, month: Int, day: Int) -> Int {
        let fromMarch = month > 2 ? month - 3 : month + 9
        let year = month > 2 ? year : year - 1
        let era = floorDivide(year, by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * fromMarch + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    @inline(__always)
    static func daysIn(month: Int, of year: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : 30 + ((month + month / 8) & 1)
    }

    @inline(__always)
    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// Division that rounds down, also for negative numbers; `divisor` is positive.
    @inline(__always)
    static func floorDivide(_ number: Int, by divisor: Int) -> Int {
        let quotient = number / divisor
        return number % divisor < 0 ? quotient - 1 : quotient
    }
}

extension CivilDate: Comparable {
    /// Orders by time.
    public static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

extension CivilDate: CustomStringConvertible {
    /// `YYYY-MM-DD`.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension InlineArray where Element == UInt8 {
    /// Writes a number from 0 to 99 as two digits.
    @inline(__always)
    mutating func putTwoDigits(_ number: Int, at index: Int) {
        self[index] = UInt8(truncatingIfNeeded: 48 + number / 10)
        self[index + 1] = UInt8(truncatingIfNeeded: 48 + number % 10)
    }
}
