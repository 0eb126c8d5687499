internal import Diagnostics
internal import Pipelines
internal import Runs

extension RunReport {
    /// The error that ended the run; nil if none did.
    var problem: Diagnostic? {
        switch outcome {
        case .published, .nothingNew, .stopped: nil
        case .unrecorded(let diagnostic), .failed(let diagnostic), .sourceChanged(let diagnostic),
            .sumsDisagree(let diagnostic), .refused(let diagnostic), .partly(let diagnostic):
            diagnostic
        case .tooManyRejected(let allowed):
            Diagnostic(
                "run.rejected",
                message: "\(rejected.counted("record cannot be used", plural: "records cannot be used")), "
                    + "and the pipeline allows \(allowed.words)",
                hint: "the summary lists them and the reasons; to publish without them, \(allowance)"
            )
        }
    }
}

extension RejectAllowance {
    /// The number of rejected records allowed, as text after "the pipeline allows".
    fileprivate var words: String {
        switch self {
        case .limit(let limit): limit.inGroups
        case .share(let share): "\(share * 100) % of those read"
        case .ofLast(let limit, let window): "\(limit.inGroups) of the last \(window.inGroups)"
        }
    }
}
