internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Formats
internal import PluginKit

extension JobOutcome {
    /// The report of the job as one JSON object: the report of its run for a single pipeline, else one with all steps.
    ///
    /// Every job has one, however it ended.
    ///
    /// - Parameter head: The members that the program adds.
    /// - Returns: The object, as UTF-8.
    public func report(for head: ReportHead) -> [UInt8] {
        if let report = reportOfRuns(for: head) { return report }
        let findings = steps.first?.outcome.problems ?? refusal.toPrint(atMost: Self.mostFindings).findings
        return head.notStarted(
            steps.first.map { [$0.pipeline ?? names.joined(separator: " ")] } ?? names,
            because: findings
        )
    }

    /// The report of the job; nil if nothing ran: the job was refused, or its one pipeline did not start.
    ///
    /// - Parameter head: The members that the program adds.
    /// - Returns: The object, as UTF-8.
    public func reportOfRuns(for head: ReportHead) -> [UInt8]? {
        if ending == .refused { return nil }
        guard isSingle else { return reportOfSteps(for: head) }
        guard let report = steps.first?.outcome.report else { return nil }
        var json = JSONWriter()
        report.write(to: &json) { head.write(to: &$0) }
        return json.takeBytes()
    }

    /// The most findings that a report contains.
    package static let mostFindings = 100

    private func reportOfSteps(for head: ReportHead) -> [UInt8] {
        head.report(isGood: ending == .complete) { json in
            json.member("seconds", value: duration.seconds)
            json.key("steps")
            json.array { json in
                for (index, step) in steps.enumerated() {
                    let exit = head.stepExits.indices.contains(index) ? head.stepExits[index] : nil
                    json.object { json in Self.write(step, exit: exit, to: &json) }
                }
            }
        }
    }

    private static func write(_ step: StepResult, exit: Int?, to json: inout JSONWriter) {
        json.member("step", value: step.name)
        if let pipeline = step.pipeline { json.member("pipeline", value: pipeline) }
        json.member("outcome", value: step.outcome.name)
        if let exit { json.member("exit", value: exit) }
        if let blocker = step.outcome.blocker { json.member("blockedBy", value: blocker) }
        if let report = step.outcome.report {
            json.key("report")
            report.write(to: &json)
        } else if step.pipeline != nil {
            json.key("findings")
            json.array { json in for problem in step.outcome.problems { FindingJSON.write(problem, to: &json) } }
        }
    }
}

extension StepOutcome {
    /// Its name in reports.
    package var name: String {
        switch self {
        case .complete: "complete"
        case .stopped: "stopped"
        case .failed: "failed"
        case .refused: "refused"
        case .skipped: "skipped"
        case .notStarted: "not-started"
        }
    }

    /// The step because of which it was not started; nil if it was started, or if the job was stopped.
    fileprivate var blocker: String? {
        switch self {
        case .skipped(let step): step
        case .notStarted(let step): step
        case .complete, .stopped, .failed, .refused: nil
        }
    }
}
