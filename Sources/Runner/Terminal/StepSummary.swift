internal import Diagnostics
internal import Pipelines
internal import Runs

/// The end of a command that ran several pipelines: a line for each step.
struct StepSummary {
    private let name: String
    private let results: [StepResult]
    private let isDry: Bool
    private let duration: Duration

    init(_ name: String, _ results: [StepResult], isDry: Bool, took duration: Duration) {
        self.name = name
        self.results = results
        self.isDry = isDry
        self.duration = duration
    }

    var text: String {
        var table = TextTable()
        for result in results { table.append(result.name, words(result.ending)) }
        return VisibleText.lines(["", headline] + table.lines(indent: 2))
    }

    private var headline: String {
        let code = results.code
        let time = duration.shortText
        if code == .done { return "\(name): done in \(time)" }
        return "\(name): \(code.isOfSignal ? "stopped" : "failed") after \(time), exit code \(code.rawValue)"
    }

    private func words(_ ending: StepResult.Ending) -> String {
        switch ending {
        case .ran(_, let ending): words(ending)
        case .skipped(let needed): "skipped, because it needs '\(needed)'"
        case .notBegun(let behind): "not begun, because '\(behind)' failed"
        case .stopped: "not begun"
        }
    }

    private func words(_ ending: PipelineRunner.Ending) -> String {
        let code = "exit code \(ending.code.rawValue)"
        if ending.code.isOfSignal { return "stopped, \(code)" }
        if ending.code != .done { return "failed, \(code): \(ending.problems.first?.message ?? "see above")" }
        guard let report = ending.report else { return "done" }
        if case .nothingNew = report.outcome { return "nothing new" }
        let records = report.written.counted("record")
        return "done in \(report.duration.shortText): \(records) \(isDry ? "to write" : "written")"
    }
}
