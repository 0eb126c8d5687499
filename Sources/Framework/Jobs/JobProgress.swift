public import Runs

/// The progress of a job.
public struct JobProgress: Sendable {
    /// The step that runs; nil before the first, between steps and at the end.
    public internal(set) var step: String?
    /// The progress of its run; nil until the run has done something.
    public internal(set) var run: RunProgress?
    /// The steps whose outcomes are decided, in that order.
    public internal(set) var steps: [StepResult] = []
    /// Whether the job has ended.
    public internal(set) var hasEnded = false
}
