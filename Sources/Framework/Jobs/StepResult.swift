public import Diagnostics
public import Runs

/// The result of a step of a job: a pipeline of the job, or one that it needs.
public struct StepResult: Sendable {
    /// The name of the step, after the names of the chains that contain it.
    public let name: String
    /// The pipeline that ran or was to run; nil if the step was not started.
    public let pipeline: String?
    /// How it ended.
    public let outcome: StepOutcome
}

/// How a step ended.
public enum StepOutcome: Sendable {
    /// All was done, or there was nothing new to do.
    case complete(RunReport)
    /// It was stopped, with a checkpoint if `RunReport.canBeResumed`; nil if it had not read anything.
    case stopped(RunReport?)
    /// The run failed, for the reason given.
    case failed(RunReport, Diagnostic)
    /// The run could not start: the findings, which include errors.
    case refused(DiagnosticList)
    /// It was not started, because a step that it needs is not complete.
    case skipped(blockedBy: String)
    /// It was not started, because a step failed whose failure ends the chain, or, if nil, because the job was stopped.
    case notStarted(blockedBy: String?)

    /// The report of the run; nil if no run started.
    public var report: RunReport? {
        switch self {
        case .complete(let report), .failed(let report, _): report
        case .stopped(let report): report
        case .refused, .skipped, .notStarted: nil
        }
    }

    /// The errors; empty if there are none.
    public var problems: [Diagnostic] {
        switch self {
        case .failed(_, let problem): [problem]
        case .refused(let findings): findings.filter { $0.severity == .error }
        case .complete, .stopped, .skipped, .notStarted: []
        }
    }

    /// The outcome of a run that has ended.
    init(_ report: RunReport) {
        if case .stopped = report.outcome {
            self = .stopped(report)
        } else if let problem = report.problem {
            self = .failed(report, problem)
        } else {
            self = .complete(report)
        }
    }
}
