internal import Diagnostics
internal import Engine
internal import PluginKit

/// `sprocket run`: checks each pipeline, then runs it.
struct RunVerb: Verb {
    static let name = "run"
    static let summary = "Check pipelines, then run them, one after the other."
    static let operands = "PIPELINE…"
    static let flags = [
        Flag("D", "NAME=VALUE", "Set a variable of the pipeline; may be given several times."),
        Flag("report", "FILE", "Write the run's report as JSON."),
        Flag("progress", "HOW", "auto, plain or none. Default: auto."),
        Flag("restart", nil, "Give up what a run that was cut off had begun to publish."),
        Flag.state,
    ]

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do throws(Diagnostic) {
            let variables = try arguments.variables()
            let mode = try progressMode()
            guard !arguments.operands.isEmpty else {
                throw Diagnostic(
                    "command.operand",
                    "'sprocket run' needs a pipeline",
                    hint: hint(for: "", among: PipelineLocator.names)
                )
            }
            for pipeline in arguments.operands {
                let code = await run(pipeline, variables, mode, terminal)
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

    private func run(
        _ pipeline: String,
        _ variables: [String: String],
        _ mode: ProgressLine.Mode,
        _ terminal: Terminal
    ) async -> ExitCode {
        let progress = ProgressLine(terminal, mode: mode)
        let log = StageLog { finding in
            progress.clear()
            terminal.report(finding)
        }
        let services = Services(registry: .all, environment: Environment.all, log: log)
        do throws(DiagnosticList) {
            let file = try PipelineLocator.file(pipeline)
            let plan = try await Plan(file, services, variables: variables)
            terminal.report(plan.findings)
            let journal = try journal(of: plan, terminal)
            Interruption.install()
            let run = Run(plan, journal: journal, control: Interruption.control) { progress.show($0) }
            let report = await run.execute()
            progress.clear()
            return conclude(report, journal, terminal)
        } catch {
            terminal.report(error)
            return error.all.first { $0.severity == .error }.map(ExitCode.init(for:)) ?? .usage
        }
    }

    private func journal(of plan: Plan, _ terminal: Terminal) throws(DiagnosticList) -> RunJournal {
        do {
            let journal = try RunJournal(
                plan,
                in: arguments["state"] ?? Flag.stateFolder,
                restarts: arguments.has("restart")
            )
            if let run = journal.recovered {
                terminal.say(
                    "\(plan.pipeline): the run \(run) was cut off while it published; its files have their names now"
                )
            }
            return journal
        } catch {
            throw DiagnosticList([Self.diagnostic(error)])
        }
    }

    private static func diagnostic(_ error: any Error) -> Diagnostic {
        error as? Diagnostic ?? Diagnostic("state.failed", "\(error)")
    }

    private func conclude(_ report: RunReport, _ journal: RunJournal, _ terminal: Terminal) -> ExitCode {
        var (problem, code) = verdict(report)
        do {
            try journal.conclude(
                report,
                json: String(decoding: ReportJSON.bytes(report, exitCode: code), as: UTF8.self)
            )
        } catch {
            // The files are what they are; what is not known is written down by the next run.
            if problem == nil { (problem, code) = (Self.diagnostic(error), .environment) }
        }
        if terminal.isJSON {
            terminal.result(ReportJSON.bytes(report, exitCode: code) + [UInt8(ascii: "\n")])
        } else {
            terminal.say(Summary(report).text)
        }
        if let problem { terminal.report(problem) }
        guard let path = arguments["report"] else { return code }
        do throws(Diagnostic) {
            try ReportJSON.write(report, exitCode: code, to: path)
            return code
        } catch {
            terminal.report(error)
            return code == .done ? ExitCode(for: error) : code
        }
    }

    private func verdict(_ report: RunReport) -> (Diagnostic?, ExitCode) {
        switch report.outcome {
        case .published:
            return (nil, .done)
        case .failed(let diagnostic):
            return (diagnostic, ExitCode(for: diagnostic))
        case .sumsDisagree(let diagnostic):
            return (diagnostic, .rejected)
        case .tooManyRejected(let limit):
            let count = report.rejected
            let verb = count == 1 ? "record cannot be used" : "records cannot be used"
            let problem = Diagnostic(
                "run.rejected",
                "\(count.grouped) \(verb), and the pipeline allows \(limit.grouped)",
                hint: "the summary says which and why; to publish without them, \(report.allowance)"
            )
            return (problem, .rejected)
        case .stopped:
            return (nil, .stopped(by: Interruption.signal))
        }
    }
}
