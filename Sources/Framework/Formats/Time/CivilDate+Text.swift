extension CivilDate {
    /// Parses a date into days since 1970-01-01; nil if the bytes are not exactly `YYYY-MM-DD`, a calendar date in the
    /// years 0001 to 9999.
    public static func days(of text: Span<UInt8>) -> Int32? {
        guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else { return nil }
        var number = 0
        for index in 0..<10 where index != 4 && index != 7 {
            let digit = text[index] &- 48
            guard digit < 10 else { return nil }
            number = number * 10 + Int(digit)
        }
        guard number >= 10_000,
            let date = CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
        else { return nil }
        return date.daysSince1970
    }

    /// From 0001-01-01 to 9999-12-31, the dates that a date column holds, in days since 1970-01-01.
    public static let usualDays: ClosedRange<Int32> = -719_162...2_932_896
}
