internal import Diagnostics
internal import Runs

/// What the program says of a run that has come to its end, whichever.
struct RunVerdict {
    /// What stood in the way; nil if nothing did.
    var problem: Diagnostic?
    var code: ExitCode

    init(_ report: RunReport) {
        switch report.outcome {
        case .published, .nothingNew:
            self.init(nil, .done)
        case .unrecorded(let diagnostic), .failed(let diagnostic), .moved(let diagnostic):
            self.init(diagnostic, ExitCode(for: diagnostic))
        case .sumsDisagree(let diagnostic):
            self.init(diagnostic, .rejected)
        case .tooManyRejected(let allowance):
            let count = report.rejected
            let problem = Diagnostic(
                "run.rejected",
                "\(count.counted("record cannot be used", "records cannot be used")), and the pipeline allows \(allowance.words)",
                hint: "the summary says which and why; to publish without them, \(report.allowance)"
            )
            self.init(problem, .rejected)
        case .stopped:
            self.init(nil, .stopped(by: Interruption.signal))
        }
    }

    private init(_ problem: Diagnostic?, _ code: ExitCode) {
        self.problem = problem
        self.code = code
    }
}

extension RejectAllowance {
    /// The allowance behind "the pipeline allows".
    fileprivate var words: String {
        switch self {
        case .limit(let limit): limit.grouped
        case .share(let share): "\(share * 100) % of those read"
        case .ofLast(let limit, let window): "\(limit.grouped) of the last \(window.grouped)"
        }
    }
}
