public import Diagnostics
internal import PluginKit

extension RunReport {
    /// The findings which report that the state could not record how the run ended.
    public var unrecordedFindings: [Diagnostic] { findings.filter(Self.saysUnrecorded) }

    /// Whether a finding reports that the state could not record how the run ended.
    static func saysUnrecorded(_ finding: Diagnostic) -> Bool { finding.code == Diagnostic.notRecorded }

    /// The report of a run whose end the state could not record.
    ///
    /// - Parameters:
    ///   - error: The reason.
    ///   - state: The database that could not be written.
    /// - Returns: The report, with the reason in its outcome or its findings.
    func unrecorded(because error: any Error, in state: String) -> RunReport {
        var report = self
        switch outcome {
        case .published, .unrecorded:
            let paths = (files + (rejectFile.map { [$0] } ?? [])).map(\.path)
            report.outcome = .unrecorded(.unrecorded(run: run.id, files: paths, in: state, because: error))
        case .nothingNew:
            report.outcome = .failed(
                Diagnostic(
                    Diagnostic.notRecorded,
                    message: "there is nothing new, and that could not be recorded: \(Diagnostic.words(error))",
                    category: .environment,
                    at: .file(state),
                    hint: Diagnostic.remedy(error) + "run again",
                    cause: .init(error)
                )
            )
        case .failed, .tooManyRejected, .sumsDisagree, .stopped, .sourceChanged, .refused, .partly:
            report.findings.append(
                Diagnostic(
                    Diagnostic.notRecorded,
                    message:
                        "how the run ended could not be recorded, so the history calls it cut off: \(Diagnostic.words(error))",
                    category: .environment,
                    at: .file(state),
                    hint: "the next run finds it cut off",
                    severity: .warning,
                    cause: .init(error)
                )
            )
        }
        return report
    }
}

extension Diagnostic {
    fileprivate static let notRecorded: Code = "run.not-recorded"

    /// The files of a run are published, and the state could not record it.
    static func unrecorded(run: String, files: [String], in state: String, because error: any Error) -> Diagnostic {
        let shown = files.prefix(3).joined(separator: ", ")
        let rest = files.count > 3 ? " and \(files.count - 3) more" : ""
        let subject = files.isEmpty ? "the run '\(run)' is done" : "the run '\(run)' has published \(shown)\(rest)"
        let next =
            files.isEmpty
            ? "run again: the next start continues it"
            : "run again: the next start verifies the files and completes the run"
        return Diagnostic(
            notRecorded,
            message: "published, not recorded: \(subject), but the state could not record it: \(words(error))",
            category: .environment,
            at: .file(state),
            hint: remedy(error) + next,
            cause: .init(error)
        )
    }

    fileprivate static func words(_ error: any Error) -> String { (error as? Diagnostic)?.message ?? "\(error)" }

    /// What has to be done first, if known.
    fileprivate static func remedy(_ error: any Error) -> String {
        SystemFailure.isDiskFull(error) ? "free some space, then " : ""
    }
}
