/// The last run of a pipeline, with what it takes to go on with it.
public struct LastRun: Sendable, Hashable {
    /// The run.
    public let run: StoredRun
    /// Its newest checkpoint; nil if it had none yet or needs none any more.
    public let checkpoint: Checkpoint?
    /// What it is about to make visible; nil unless its status is `intended` or `partly`.
    public let intention: Intention?
}
