/// Durations in whole units, for sums and for interfaces that use such units.
///
/// The range of `Duration` is larger than that of the results: an overflow becomes the largest or smallest number.
/// `components` traps in that case, so it must not be used for durations from outside.
extension Duration {
    /// In whole nanoseconds, for sums: adding durations takes ten times as long.
    ///
    /// Limited to 292 years in either direction.
    package var nanoseconds: Int64 { inUnits(perSecond: 1_000_000_000) }

    /// In whole microseconds, limited to 292,000 years in either direction.
    package var microseconds: Int64 { inUnits(perSecond: 1_000_000) }

    /// In whole milliseconds, limited to 292 million years in either direction.
    package var milliseconds: Int64 { inUnits(perSecond: 1000) }

    /// In whole seconds, limited to `Int64.max` seconds in either direction.
    package var wholeSeconds: Int64 { bounded.components.seconds }

    /// In seconds, for metrics and messages.
    package var seconds: Double {
        let (seconds, attoseconds) = bounded.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// A duration in seconds: an overflow becomes the longest duration, and NaN becomes zero.
    package init(clampingSeconds seconds: Double) {
        self = seconds.isNaN ? .zero : .seconds(min(max(seconds, -0x1p62), 0x1p62))
    }

    private func inUnits(perSecond units: Int64) -> Int64 {
        let (seconds, attoseconds) = bounded.components
        return seconds.multiplied(clamped: units).adding(clamped: attoseconds / (1_000_000_000_000_000_000 / units))
    }

    /// The nearest duration whose seconds fit into 64 bits.
    private var bounded: Duration { min(max(self, Self.shortest), Self.longest) }

    private static let longest = Duration.seconds(Int64.max)
    private static let shortest = Duration.seconds(Int64.min)
}
