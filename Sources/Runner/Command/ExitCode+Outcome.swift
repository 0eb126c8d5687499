internal import Diagnostics
internal import Jobs
internal import Pipelines
internal import Runs

extension ExitCode {
    /// The code of a job: that of the signal if one stopped it, else that of the first step that failed.
    init(_ outcome: JobOutcome) {
        switch outcome.ending {
        case .complete: self = .done
        case .stopped: self = .stopped(by: Interruption.signal)
        case .refused:
            self = outcome.refusal.all.first { $0.severity == .error }.map(ExitCode.init(for:)) ?? .usage
        case .failed:
            self = outcome.steps.lazy.compactMap { ExitCode($0.outcome) }.first { $0 != .done } ?? .failed
        }
    }

    /// The code of a step, as if it were a job by itself; nil if it did not start.
    init?(_ outcome: StepOutcome) {
        switch outcome {
        case .complete: self = .done
        case .stopped: self = .stopped(by: Interruption.signal)
        case .failed(let report, let problem):
            switch report.outcome {
            case .tooManyRejected, .sumsDisagree: self = .rejected
            default: self = ExitCode(for: problem)
            }
        case .refused: self = outcome.problems.first.map(ExitCode.init(for:)) ?? .usage
        case .skipped, .notStarted: return nil
        }
    }
}
