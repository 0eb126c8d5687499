public import Runs

/// How far a job is.
public struct JobProgress: Sendable {
    /// The step that runs; nil before the first, between steps and at the end.
    public internal(set) var step: String?
    /// How far its run is; nil until it has done something.
    public internal(set) var run: RunProgress?
    /// The steps whose outcomes are decided, in that order.
    public internal(set) var steps: [StepResult] = []
    /// Whether the job has ended.
    public internal(set) var hasEnded = false
}
