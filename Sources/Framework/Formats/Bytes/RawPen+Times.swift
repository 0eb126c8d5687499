extension RawPen {
    /// The most bytes of an instant: a year outside of 0 to 9999 has a sign and at most seven digits.
    static let mostOfInstant = 14 + 17

    /// Writes a date as `YYYY-MM-DD`; a year outside of 0 to 9999 has a sign and at least six digits.
    ///
    /// - Parameter days: Days since 1970-01-01; those that do not fit into 32 bits are the nearest one that does.
    @inline(__always)
    mutating func put(days: Int) {
        // 0000-01-01 to 9999-12-31.
        guard -719_528...2_932_896 ~= days else { return putFar(days: days) }
        let (year, month, day) = Self.date(days)
        putPair(year / 100, at: 0)
        putPair(year % 100, at: 2)
        next[4] = UInt8(ascii: "-")
        putPair(month, at: 5)
        next[7] = UInt8(ascii: "-")
        putPair(day, at: 8)
        next += 10
    }

    /// The date of a day, without a division by anything but constants (Neri and Schneider, "Euclidean affine
    /// functions and their application to calendar algorithms", 2021, read 2026-11-30).
    @inline(__always)
    private static func date(_ days: Int) -> (year: UInt64, month: UInt64, day: UInt64) {
        // An era of 400 years is added, so that the number is positive, and the year begins in March.
        let number = UInt64(truncatingIfNeeded: days &+ 719_468 &+ 146_097)
        let first = 4 &* number &+ 3
        let century = first / 146_097
        let second = (first % 146_097) / 4 &* 4 &+ 3
        let product = 2_939_745 &* second
        let yearOfCentury = product &>> 32
        let dayOfYear = (product & 0xFFFF_FFFF) / 2_939_745 / 4
        let third = 2141 &* dayOfYear &+ 197_913
        let month = third &>> 16
        let day = (third & 0xFFFF) / 2141 &+ 1
        let isNextYear: UInt64 = dayOfYear >= 306 ? 1 : 0
        return (
            year: 100 &* century &+ yearOfCentury &+ isNextYear &- 400,
            month: month &- 12 &* isNextYear,
            day: day
        )
    }

    @inline(never)
    private mutating func putFar(days: Int) {
        var text: [UInt8] = []
        CivilDate(daysSince1970: Int32(clamping: days)).append(to: &text)
        text.withUnsafeBufferPointer { put($0) }
    }

    /// Writes an instant as `YYYY-MM-DDThh:mm:ss.fffZ`, with six digits of a second if three are not enough.
    ///
    /// - Parameter microseconds: Microseconds since 1970-01-01T00:00:00Z.
    @inline(__always)
    mutating func put(instant microseconds: Int64) {
        let day = CivilDate.floorDivide(Int(microseconds), by: ISO8601.microsecondsADay)
        put(days: day)
        put(timeOfDay: UInt64(truncatingIfNeeded: Int(microseconds) &- day &* ISO8601.microsecondsADay))
    }

    /// Writes a time of day as `Thh:mm:ss.fffZ`.
    ///
    /// - Parameter microseconds: Microseconds since midnight.
    @inline(__always)
    private mutating func put(timeOfDay microseconds: UInt64) {
        let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let (minutes, second) = seconds.quotientAndRemainder(dividingBy: 60)
        next[0] = UInt8(ascii: "T")
        putPair(minutes / 60, at: 1)
        next[3] = UInt8(ascii: ":")
        putPair(minutes % 60, at: 4)
        next[6] = UInt8(ascii: ":")
        putPair(second, at: 7)
        next[9] = UInt8(ascii: ".")
        let (milliseconds, rest) = fraction.quotientAndRemainder(dividingBy: 1000)
        next[10] = 48 &+ UInt8(truncatingIfNeeded: milliseconds / 100)
        putPair(milliseconds % 100, at: 11)
        if rest != 0 {
            next[13] = 48 &+ UInt8(truncatingIfNeeded: rest / 100)
            putPair(rest % 100, at: 14)
            next += 3
        }
        next[13] = UInt8(ascii: "Z")
        next += 14
    }
}
