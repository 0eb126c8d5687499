/// The last run of a pipeline, with what it takes to go on with it.
public struct LastRun: Sendable, Hashable {
    /// The run.
    public let run: StoredRun
    /// Its newest checkpoint; nil if it had none yet or needs none any more.
    public let checkpoint: Checkpoint?
    /// The files that it was publishing; empty unless its status is `publishing`.
    public let publications: [Publication]
}
