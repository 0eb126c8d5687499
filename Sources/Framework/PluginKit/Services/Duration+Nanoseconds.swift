extension Duration {
    /// In whole nanoseconds, for sums: those of durations take ten times as long.
    ///
    /// What is longer than 292 years either way is that long.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isOver) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || isOver ? (seconds < 0 ? .min : .max) : sum
    }
}
