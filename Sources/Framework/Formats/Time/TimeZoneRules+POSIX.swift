extension TimeZoneRules {
    /// Parses rules for all years from a text such as `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX.1-2017 §8.3 "TZ").
    ///
    /// - Returns: Nil if the text is not a rule. One that names daylight saving time must state when it begins and
    ///   ends.
    public init?(posix text: String) {
        guard let rule = POSIXTimeZone(parsing: Array(text.utf8)) else { return nil }
        self.init(name: text, transitions: [], offsets: [rule.standard], rule: rule)
    }
}
