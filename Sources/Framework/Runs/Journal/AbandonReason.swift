internal import Diagnostics

/// Why an earlier run is not resumed.
enum AbandonReason {
    case restart
    case form
    case configuration
    case data

    /// The reason; nil if there is none.
    init?(_ before: String, _ now: String) {
        if before == now { return nil }
        let isSameConfiguration = before.prefix { $0 != ":" } == now.prefix { $0 != ":" }
        self = isSameConfiguration ? .data : .configuration
    }

    func diagnostic(_ run: String) -> Diagnostic? {
        switch self {
        case .restart: nil
        case .form:
            Diagnostic(
                "run.not-resumed",
                "the run '\(run)' did not come to its end, and another version of the program has stored how far it was, "
                    + "in a form that this one does not continue: this one begins anew",
                severity: .note
            )
        case .configuration:
            Diagnostic(
                "run.not-resumed",
                "the run '\(run)' did not come to its end, and the pipeline has changed since: this one begins anew",
                severity: .note
            )
        case .data:
            Diagnostic(
                "run.not-resumed",
                "the run '\(run)' did not come to its end, and what it read has changed since: this one begins anew",
                severity: .note
            )
        }
    }
}
