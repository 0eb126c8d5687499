public import Diagnostics
public import Pipelines
public import Runs

/// How a job ended.
public struct JobOutcome: Sendable {
    /// How a job ended, in a word.
    public enum Ending: String, Sendable {
        /// Every step is complete.
        case complete
        /// It was stopped.
        case stopped
        /// A step failed.
        case failed
        /// Nothing was begun, because of what was found before.
        case refused
    }

    /// What was run: the names of the order.
    public let names: [String]
    /// Whether it is one pipeline, and nothing else.
    public let isSingle: Bool
    /// The steps, in the order in which their outcomes were decided; none if the job was refused.
    public let steps: [StepResult]
    /// Why nothing was begun; without errors unless the job was refused.
    public let refusal: DiagnosticList
    /// How much of each pipeline was to be done.
    public let scope: RunScope
    /// How long it took.
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

    /// What the steps have reported, in their order.
    public var reports: [RunReport] { steps.compactMap(\.outcome.report) }
}
