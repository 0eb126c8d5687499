/// A run and its report.
public struct RunRecord: Sendable, Hashable {
    /// The run.
    public let run: StoredRun
    /// The report, as JSON; nil if there is none yet.
    public let report: String?
}
