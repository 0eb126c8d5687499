/// Lengths of time in whole units, for sums and for interfaces that count in them.
///
/// A `Duration` holds more than any of the results: what does not fit is the largest or smallest number. `components` traps
/// there, so nothing else asks for them where a length comes from outside.
extension Duration {
    /// In whole nanoseconds, for sums: those of durations take ten times as long.
    ///
    /// What is longer than 292 years either way is that long.
    package var nanoseconds: Int64 { inUnits(perSecond: 1_000_000_000) }

    /// In whole microseconds; what is longer than 292,000 years either way is that long.
    package var microseconds: Int64 { inUnits(perSecond: 1_000_000) }

    /// In whole milliseconds; what is longer than 292 million years either way is that long.
    package var milliseconds: Int64 { inUnits(perSecond: 1000) }

    /// In whole seconds; what is longer than `Int64.max` seconds either way is that long.
    package var wholeSeconds: Int64 { bounded.components.seconds }

    /// In seconds, as metrics and people have it.
    package var seconds: Double {
        let (seconds, attoseconds) = bounded.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// A length in seconds: what does not fit is the longest one, and what is not a number is zero.
    package init(clampingSeconds seconds: Double) {
        self = seconds.isNaN ? .zero : .seconds(min(max(seconds, -0x1p62), 0x1p62))
    }

    private func inUnits(perSecond units: Int64) -> Int64 {
        let (seconds, attoseconds) = bounded.components
        return seconds.multiplied(clamped: units).adding(clamped: attoseconds / (1_000_000_000_000_000_000 / units))
    }

    /// The nearest length whose seconds fit into 64 bits.
    private var bounded: Duration { min(max(self, Self.shortest), Self.longest) }

    private static let longest = Duration.seconds(Int64.max)
    private static let shortest = Duration.seconds(Int64.min)
}
