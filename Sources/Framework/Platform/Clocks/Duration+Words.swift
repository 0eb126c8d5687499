extension Duration {
    /// The length as a message states it: `250 ms`, `1.5 s`, `12 min`, `26 h`, `40 days`, `73 years`.
    package var inWords: String {
        let seconds = self.seconds
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 120 { return "\(Self.short(seconds)) s" }
        if seconds < 2 * 3600 { return "\(Self.short(seconds / 60)) min" }
        if seconds < 2 * 86_400 { return "\(Self.short(seconds / 3600)) h" }
        if seconds < 730 * 86_400 { return "\(Self.short(seconds / 86_400)) days" }
        return "\(Int(min(seconds / (365.2425 * 86_400), 1e12).rounded())) years"
    }

    /// With one decimal place, if it is not zero.
    private static func short(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
