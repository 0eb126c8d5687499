extension Int {
    /// The number with a noun for messages: `1 record`, `2 records`, `1,234 records`, `0 records`.
    ///
    ///     "\(count.counted("page")) of \(total.counted("entry", plural: "entries"))"
    ///     "\(gone.counted("record was removed", plural: "records were removed"))"
    ///
    /// - Parameters:
    ///   - one: The text after the number 1.
    ///   - others: The text after any other number; nil for `one` with an `s`.
    /// - Returns: The number, with its digits in groups of three, and the noun.
    package func counted(_ one: String, plural others: String? = nil) -> String {
        "\(inGroups) \(self == 1 ? one : others ?? one + "s")"
    }

    /// The number with its digits in groups of three: `1,234,567`.
    package var inGroups: String {
        let digits = String(magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return (self < 0 ? "-" : "") + grouped
    }
}
