extension Duration {
    /// In whole nanoseconds, for sums: those of durations take ten times as long.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }
}
