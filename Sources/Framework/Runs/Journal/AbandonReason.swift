internal import Diagnostics
internal import StateStore

/// Why an earlier run is not resumed.
enum AbandonReason {
    case restart
    case form
    case configuration
    case data

    /// The reason; nil if the run is resumed.
    ///
    /// - Parameters:
    ///   - run: The unfinished run.
    ///   - checkpoint: Its newest checkpoint.
    ///   - configuration: The configuration of the run that starts, with the fingerprints of its sources.
    ///   - hasOtherOwners: Whether its bookmarks belong to another source or pipeline file.
    ///   - restarts: Whether the caller abandons it.
    init?(
        _ run: StoredRun,
        at checkpoint: Checkpoint,
        now configuration: String,
        hasOtherOwners: Bool,
        restarts: Bool
    ) {
        let isSame = run.configuration == configuration
        let isSamePipeline = run.configuration.prefix { $0 != ":" } == configuration.prefix { $0 != ":" }
        if restarts {
            self = .restart
        } else if checkpoint.form != CheckpointForm.current {
            self = .form
        } else if !isSame {
            self = isSamePipeline ? .data : .configuration
        } else if hasOtherOwners {
            self = .data
        } else {
            return nil
        }
    }

    func diagnostic(_ run: String) -> Diagnostic? {
        switch self {
        case .restart: nil
        case .form:
            Diagnostic(
                "run.not-resumed",
                message:
                    "the run '\(run)' did not complete, and another version of the program has stored its "
                    + "progress in a form that this version cannot resume: the run starts over",
                severity: .note
            )
        case .configuration:
            Diagnostic(
                "run.not-resumed",
                message:
                    "the run '\(run)' did not complete, and the pipeline has changed since: the run starts over",
                severity: .note
            )
        case .data:
            Diagnostic(
                "run.not-resumed",
                message:
                    "the run '\(run)' did not complete, and the data that it read has changed since: the run starts over",
                severity: .note
            )
        }
    }
}
