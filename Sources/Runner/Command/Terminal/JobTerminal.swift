internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Jobs

/// Shows the events of a job on the terminal.
struct JobTerminal: Sendable {
    private let terminal: Terminal
    private let progress: ProgressLine
    private let scope: RunScope

    init(_ terminal: Terminal, progress: ProgressLine, scope: RunScope) {
        (self.terminal, self.progress, self.scope) = (terminal, progress, scope)
    }

    /// Shows an event.
    func show(_ event: JobEvent) {
        switch event {
        case .stepBegins(let step, let pipeline, let isAlone):
            progress.restart(step: step)
            // From now on a signal stops the run; before, it ends the program.
            Interruption.install()
            terminal.log(JobLog.begin(step, pipeline: pipeline))
            guard !isAlone, !terminal.isJSON, terminal.log == .text else { return }
            terminal.say(step == pipeline ? "step '\(step)'" : "step '\(step)' runs '\(pipeline)'")
        case .findings(let findings):
            terminal.report(findings)
        case .finding(let finding):
            progress.clear()
            terminal.report(finding)
        case .recovered(let run, let pipeline):
            terminal.say("\(pipeline): the run \(run) was cut off while it published; its files now have their names")
        case .progress(let run):
            progress.show(run)
        case .restarts(let pipeline, let reason):
            progress.clear()
            terminal.say("\(pipeline): \(reason.message); the run starts again")
        case .stepEnds(let step):
            conclude(step)
        }
    }

    private func conclude(_ step: StepResult) {
        progress.clear()
        switch step.outcome {
        case .complete(let report), .stopped(let report?), .failed(let report, _):
            for finding in report.unrecordedFindings { terminal.report(finding) }
            terminal.log(JobLog.summary(report, step: step.name))
            if !terminal.isJSON, terminal.log == .text { terminal.say(lines: Summary(report).text) }
            for problem in step.outcome.problems { terminal.report(problem) }
        case .stopped(nil):
            terminal.say("\(step.pipeline ?? step.name): stopped before it started; nothing was read")
        case .refused(let findings):
            terminal.report(findings)
        case .skipped, .notStarted:
            break
        }
    }
}
