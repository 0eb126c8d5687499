internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Jobs

/// The summary of a job with several pipelines: a line for each step.
struct StepSummary {
    private let outcome: JobOutcome

    init(_ outcome: JobOutcome) { self.outcome = outcome }

    var text: String {
        var table = TextTable()
        for step in outcome.steps { table.append(step.name, words(step.outcome)) }
        return VisibleText.lines(["", headline] + table.lines(indent: 2))
    }

    /// How the job ended, in one line.
    var headline: String {
        let name = outcome.names.joined(separator: " ")
        let time = outcome.duration.shortText
        if outcome.ending == .complete { return "\(name): done in \(time)" }
        return
            "\(name): \(outcome.ending == .stopped ? "stopped" : "failed") after \(time), exit code \(ExitCode(outcome).rawValue)"
    }

    private func words(_ step: StepOutcome) -> String {
        let code = ExitCode(step).map { "exit code \($0.rawValue)" } ?? ""
        return switch step {
        case .complete(let report): words(report)
        case .stopped: "stopped, \(code)"
        case .failed, .refused: "failed, \(code): \(step.problems.first?.message ?? "see above")"
        case .skipped(let step): "skipped, because it needs '\(step)'"
        case .notStarted(let step?): "not started, because '\(step)' failed"
        case .notStarted(nil): "not started"
        }
    }

    private func words(_ report: RunReport) -> String {
        if case .nothingNew = report.outcome { return "nothing new" }
        let records = report.written.counted("record")
        return "done in \(report.duration.shortText): \(records) \(outcome.scope.isDry ? "to write" : "written")"
    }
}
