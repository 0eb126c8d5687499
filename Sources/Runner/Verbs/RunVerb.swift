internal import Diagnostics
internal import Engine
internal import PluginKit

/// `sprocket run`: checks each pipeline, then runs it, or goes on with a run that did not come to its end.
struct RunVerb: Verb {
    static let name = "run"
    static let summary = "Check pipelines, then run them, one after the other; or go on where a run was cut off."
    static let operands = "PIPELINE…"
    static let flags = [
        Flag("D", "NAME=VALUE", "Set a variable of the pipeline; may be given several times."),
        Flag("limit", "N", "Read at most N records of each source."),
        Flag("dry-run", nil, "Do everything but the sinks: read, transform, count; write nothing."),
        Flag("partition", "I/N", "Only part I of N of the records; array jobs set it themselves."),
        Flag("restart", nil, "Give up a run that was cut off, and begin anew."),
        Flag("report", "FILE", "Write the run's report as JSON."),
        Flag("progress", "HOW", "auto, plain or none. Default: auto."),
        Flag.state,
    ]

    private let arguments: Arguments
    /// What the stages of all pipelines use together.
    private let shared = SharedObjects()

    /// So often a run begins anew because what it read has changed meanwhile.
    private static let mostRestarts = 3

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// What the command line says about every pipeline that it names.
    private struct Order {
        let variables: [String: String]
        let scope: RunScope
        let mode: ProgressLine.Mode
    }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do throws(Diagnostic) {
            let order = Order(
                variables: try arguments.variables(),
                scope: try arguments.scope(Environment.all),
                mode: try progressMode()
            )
            guard !arguments.operands.isEmpty else {
                throw Diagnostic(
                    "command.operand",
                    "'sprocket run' needs a pipeline",
                    hint: hint(for: "", among: PipelineLocator.names)
                )
            }
            for pipeline in arguments.operands {
                let code = await run(pipeline, order, terminal)
                guard code == .done else { return code }
            }
            return .done
        } catch {
            terminal.report(error)
            return ExitCode(for: error)
        }
    }

    private func progressMode() throws(Diagnostic) -> ProgressLine.Mode {
        guard let word = arguments["progress"] else { return .auto }
        if let mode = ProgressLine.Mode(rawValue: word) { return mode }
        throw Diagnostic("command.flag", "--progress is auto, plain or none, not '\(word)'")
    }

    private func run(_ pipeline: String, _ order: Order, _ terminal: Terminal) async -> ExitCode {
        let progress = ProgressLine(terminal, mode: order.mode)
        let log = StageLog { finding in
            progress.clear()
            terminal.report(finding)
        }
        let services = Services(
            registry: .all,
            environment: Environment.all,
            transport: WebAccess.transport,
            shared: shared,
            log: log,
            stateFolder: arguments["state"] ?? Flag.stateFolder
        )
        do {
            let file = try PipelineLocator.file(pipeline)
            return try await run(file, services, order, progress, terminal)
        } catch {
            let findings = error as? DiagnosticList ?? DiagnosticList([Self.diagnostic(error)])
            terminal.report(findings)
            return findings.all.first { $0.severity == .error }.map(ExitCode.init(for:)) ?? .usage
        }
    }

    private func run(
        _ file: PipelineFile,
        _ services: Services,
        _ order: Order,
        _ progress: ProgressLine,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        var restarts = 0
        while true {
            let (plan, journal) = try await begin(file, services, order, restarts: restarts > 0)
            terminal.report(plan.findings)
            if let run = journal?.recovered {
                terminal.say(
                    "\(plan.pipeline): the run \(run) was cut off while it published; its files have their names now"
                )
            }
            if let reason = journal?.givenUp { terminal.report(reason) }
            Interruption.install(limit: plan.stopWithin)
            let run = Run(plan, journal: journal, control: Interruption.control, tick: progress.tick) {
                progress.show($0)
            }
            let report = await run.execute()
            progress.clear()
            guard case .moved(let diagnostic) = report.outcome, restarts < Self.mostRestarts else {
                return conclude(report, order.scope, journal, terminal)
            }
            try journal?.conclude(report)
            restarts += 1
            terminal.say("\(plan.pipeline): \(diagnostic.message); it begins anew")
        }
    }

    /// The plan, and the journal unless nothing is to be written.
    private func begin(
        _ file: PipelineFile,
        _ services: Services,
        _ order: Order,
        restarts: Bool
    ) async throws -> (Plan, RunJournal?) {
        let makePlan = { (identity: RunIdentity?) in
            try await Plan(file, services, variables: order.variables, scope: order.scope, identity: identity)
        }
        if order.scope.isDry { return (try await makePlan(nil), nil) }
        return try await RunJournal.begin(
            in: arguments["state"] ?? Flag.stateFolder,
            restarts: restarts || arguments.has("restart"),
            describe: { report in
                let code = Self.verdict(report).1
                return String(decoding: ReportJSON.bytes(report, order.scope, exitCode: code), as: UTF8.self)
            },
            makePlan
        )
    }

    private static func diagnostic(_ error: any Error) -> Diagnostic {
        error as? Diagnostic ?? Diagnostic("state.failed", "\(error)")
    }

    private func conclude(
        _ report: RunReport,
        _ scope: RunScope,
        _ journal: RunJournal?,
        _ terminal: Terminal
    ) -> ExitCode {
        var (problem, code) = Self.verdict(report)
        do {
            try journal?.conclude(report)
        } catch {
            // The files are what they are; what is not known is written down by the next run.
            if problem == nil { (problem, code) = (Self.diagnostic(error), .environment) }
        }
        if terminal.isJSON {
            terminal.result(ReportJSON.bytes(report, scope, exitCode: code) + [UInt8(ascii: "\n")])
        } else {
            terminal.say(Summary(report, isDry: scope.isDry).text)
        }
        if let problem { terminal.report(problem) }
        guard let path = arguments["report"] else { return code }
        do throws(Diagnostic) {
            try ReportJSON.write(report, scope, exitCode: code, to: path)
            return code
        } catch {
            terminal.report(error)
            return code == .done ? ExitCode(for: error) : code
        }
    }

    private static func verdict(_ report: RunReport) -> (Diagnostic?, ExitCode) {
        switch report.outcome {
        case .published, .nothingNew:
            return (nil, .done)
        case .failed(let diagnostic), .moved(let diagnostic):
            return (diagnostic, ExitCode(for: diagnostic))
        case .sumsDisagree(let diagnostic):
            return (diagnostic, .rejected)
        case .tooManyRejected(let allowance):
            let count = report.rejected
            let verb = count == 1 ? "record cannot be used" : "records cannot be used"
            let problem = Diagnostic(
                "run.rejected",
                "\(count.grouped) \(verb), and the pipeline allows \(allowance.words)",
                hint: "the summary says which and why; to publish without them, \(report.allowance)"
            )
            return (problem, .rejected)
        case .stopped:
            return (nil, .stopped(by: Interruption.signal))
        }
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
