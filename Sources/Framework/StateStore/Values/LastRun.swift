/// The last run of a pipeline, with what is needed to continue it.
public struct LastRun: Sendable, Hashable {
    /// The run.
    public let run: StoredRun
    /// Its newest checkpoint; nil if it has none or no longer needs one.
    public let checkpoint: Checkpoint?
    /// Its intention; nil unless its status is `intended` or `partly`.
    public let intention: Intention?
}
