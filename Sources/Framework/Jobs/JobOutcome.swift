public import Diagnostics
public import Pipelines
public import Runs

/// How a job ended.
public struct JobOutcome: Sendable {
    /// How a job ended, in short.
    public enum Ending: String, Sendable {
        /// Every step is complete.
        case complete
        /// It was stopped.
        case stopped
        /// A step failed.
        case failed
        /// Nothing was started, because of errors found before.
        case refused
    }

    /// The names of the order.
    public let names: [String]
    /// Whether the job is a single pipeline.
    public let isSingle: Bool
    /// The steps, in the order in which their outcomes were decided; none if the job was refused.
    public let steps: [StepResult]
    /// Why nothing was started; without errors unless the job was refused.
    public let refusal: DiagnosticList
    /// How much of each pipeline was to be done.
    public let scope: RunScope
    /// The duration of the job.
    public let duration: Duration

    /// How the job ended.
    public var ending: Ending {
        if refusal.hasErrors { return .refused }
        var hasFailed = false
        for step in steps {
            switch step.outcome {
            case .stopped, .notStarted(blockedBy: nil): return .stopped
            case .failed, .refused: hasFailed = true
            case .complete, .skipped, .notStarted: continue
            }
        }
        return hasFailed ? .failed : .complete
    }

    /// The reports of the steps, in their order.
    public var reports: [RunReport] { steps.compactMap(\.outcome.report) }
}
