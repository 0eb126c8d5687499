/// A run and what there is to tell about it.
public struct RunRecord: Sendable, Hashable {
    /// The run.
    public let run: StoredRun
    /// The report that it left, as JSON; nil if it has left none yet.
    public let report: String?
}
