internal import Diagnostics
internal import Pipelines
internal import Runs
internal import PluginKit

/// Runs pipelines, each as often as its data moves while it is read, and says how they ended.
struct PipelineRunner: Sendable {
    private let order: RunOrder
    private let terminal: Terminal
    /// Files of the command that no output may replace.
    private let reserved: [ReservedFile]
    /// What the stages of all pipelines use together.
    private let shared = SharedObjects()

    /// So often a run begins anew because what it read has changed meanwhile.
    private static let mostRestarts = 3

    init(_ order: RunOrder, _ terminal: Terminal, reserved: [ReservedFile]) {
        self.order = order
        self.terminal = terminal
        self.reserved = reserved
    }

    /// How a run ended.
    struct Ending {
        /// What it did; nil if it did not begin.
        var report: RunReport?
        /// What stood in the way; empty if nothing did.
        var problems: [Diagnostic] = []
        var code: ExitCode
    }

    /// Runs a pipeline, or goes on with a run that did not come to its end.
    func run(_ file: PipelineFile, _ variables: VariableSettings) async -> Ending {
        let progress = ProgressLine(terminal, mode: order.progress)
        // Not the runner: what is shared has the log, and would never be closed.
        let log = StageLog { [terminal] finding in
            progress.clear()
            terminal.report(finding)
        }
        let services = Services(
            registry: .all,
            environment: Environment.all,
            transport: WebAccess.transport,
            shared: shared,
            log: log,
            stateFolder: order.stateFolder,
            stop: Interruption.asked,
            reserved: reserved
        )
        do {
            return try await run(file, variables, services, progress)
        } catch is CancellationError {
            terminal.say("\(file.name): stopped before it began; nothing was read")
            return Ending(code: .stopped(by: Interruption.signal))
        } catch {
            let findings = error as? DiagnosticList ?? DiagnosticList([Self.diagnostic(error)])
            terminal.report(findings)
            let errors = findings.filter { $0.severity == .error }
            return Ending(problems: errors, code: errors.first.map(ExitCode.init(for:)) ?? .usage)
        }
    }

    private func run(
        _ file: PipelineFile,
        _ variables: VariableSettings,
        _ services: Services,
        _ progress: ProgressLine
    ) async throws -> Ending {
        var restarts = 0
        while true {
            let control = Interruption.control()
            let (plan, journal) = try await control.unlessStopped { [restarts] in
                try await begin(file, variables, services, restarts: restarts > 0)
            }
            Interruption.allow(plan.stopWithin)
            terminal.report(plan.findings)
            if let run = journal?.recovered {
                terminal.say(
                    "\(plan.pipeline): the run \(run) was cut off while it published; its files have their names now"
                )
            }
            if let reason = journal?.givenUp { terminal.report(reason) }
            let run = Run(plan, journal: journal, control: control, tick: progress.tick) { progress.show($0) }
            let report = await run.execute()
            progress.clear()
            guard case .moved(let diagnostic) = report.outcome, restarts < Self.mostRestarts else {
                return conclude(report, journal)
            }
            _ = journal?.conclude(report)
            restarts += 1
            terminal.say("\(plan.pipeline): \(diagnostic.message); it begins anew")
        }
    }

    /// The plan, and the journal unless nothing is to be written.
    private func begin(
        _ file: PipelineFile,
        _ variables: VariableSettings,
        _ services: Services,
        restarts: Bool
    ) async throws -> (Plan, RunJournal?) {
        let makePlan = { [order] (identity: RunIdentity?) in
            try await Plan(
                file,
                services,
                variables: variables,
                scope: order.scope,
                identity: identity,
                instance: order.instance
            )
        }
        if order.scope.isDry { return (try await makePlan(nil), nil) }
        return try await RunJournal.begin(
            in: order.stateFolder,
            restarts: restarts || order.restarts,
            describe: { [scope = order.scope] report in
                let bytes = ReportJSON.bytes(report, scope, exitCode: RunVerdict(report).code)
                return String(decoding: bytes, as: UTF8.self)
            },
            makePlan
        )
    }

    private func conclude(_ report: RunReport, _ journal: RunJournal?) -> Ending {
        let report = journal?.conclude(report) ?? report
        let verdict = RunVerdict(report)
        for finding in report.unrecordedFindings { terminal.report(finding) }
        if !terminal.isJSON { terminal.say(lines: Summary(report, isDry: order.scope.isDry).text) }
        if let problem = verdict.problem { terminal.report(problem) }
        return Ending(report: report, problems: verdict.problem.map { [$0] } ?? [], code: verdict.code)
    }

    private static func diagnostic(_ error: any Error) -> Diagnostic {
        error as? Diagnostic ?? Diagnostic("state.failed", "\(error)", category: .environment)
    }
}
