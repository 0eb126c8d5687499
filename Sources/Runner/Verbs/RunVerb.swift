internal import Diagnostics
internal import Engine
internal import PluginKit

/// `sprocket run`: checks all pipelines, then runs each, or goes on with a run that did not come to its end.
struct RunVerb: Verb {
    static let name = "run"
    static let summary = "Check pipelines and chains, then run them, in order; or go on where a run was cut off."
    static let operands = "PIPELINE…"
    static let flags = [
        Flag("D", "NAME=VALUE", "Set a variable of the pipeline; may be given several times."),
        Flag("limit", "N", "Read at most N records of each source."),
        Flag("dry-run", nil, "Do everything but the sinks: read, transform, count; write nothing."),
        Flag("partition", "I/N", "Only part I of N of the records; array jobs set it themselves."),
        Flag("restart", nil, "Give up a run that was cut off, and begin anew."),
        Flag("report", "FILE", "Write the run's report as JSON; of several, one with all of them."),
        Flag("progress", "HOW", "auto, plain or none. Default: auto."),
        Flag.state,
    ]

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do throws(Diagnostic) {
            let variables = VariableSettings(try arguments.variables())
            let order = RunOrder(
                scope: try arguments.scope(Environment.all),
                restarts: arguments.has("restart"),
                stateFolder: arguments["state"] ?? Flag.stateFolder,
                progress: try progressMode()
            )
            guard !arguments.operands.isEmpty else {
                throw Diagnostic(
                    "command.operand",
                    "'sprocket run' needs a pipeline",
                    hint: hint(for: "", among: PipelineLocator.names)
                )
            }
            return await run(variables, order, terminal)
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

    private func run(_ variables: VariableSettings, _ order: RunOrder, _ terminal: Terminal) async -> ExitCode {
        var builder = JobBuilder(PipelineLocator.library, environment: Environment.all, variables: variables)
        let job = builder.command(arguments.operands)
        var findings = builder.problems
        let reserved =
            builder.reserved + (arguments["report"].map { [ReservedFile($0, of: "--report", isWritten: true)] } ?? [])
        // A pipeline that runs by itself is checked when it does.
        if !job.isSingle || findings.hasErrors {
            let services = Services(
                registry: .all,
                environment: Environment.all,
                stateFolder: order.stateFolder,
                reserved: reserved
            )
            findings.append(contentsOf: await job.examine(services, scope: order.scope).findings)
        }
        if let error = findings.all.first(where: { $0.severity == .error }) {
            terminal.report(findings.inOrderOfFiles)
            return ExitCode(for: error)
        }
        terminal.report(builder.problems)
        let start = ContinuousClock.now
        let pipelines = PipelineRunner(order, terminal, reserved: reserved)
        var jobs = JobRunner { step, file, variables in
            if !job.isSingle, !terminal.isJSON {
                terminal.say(step == file.name ? "step '\(step)'" : "step '\(step)' runs '\(file.name)'")
            }
            return await pipelines.run(file, variables)
        }
        await jobs.carryOut(job)
        let outcome = RunOutcome(job, jobs.results, order.scope, took: ContinuousClock.now - start)
        return tell(outcome, terminal)
    }

    private func tell(_ outcome: RunOutcome, _ terminal: Terminal) -> ExitCode {
        if terminal.isJSON {
            if let json = outcome.json { terminal.result(json + [UInt8(ascii: "\n")]) }
        } else if let summary = outcome.summary {
            terminal.say(summary)
        }
        guard let path = arguments["report"], let json = outcome.json else { return outcome.code }
        do throws(Diagnostic) {
            try Self.write(json, to: path)
            return outcome.code
        } catch {
            terminal.report(error)
            return outcome.code == .done ? ExitCode(for: error) : outcome.code
        }
    }

    /// Writes the report to a file that appears when it is whole.
    private static func write(_ json: [UInt8], to path: String) throws(Diagnostic) {
        let file = OutputFile(path)
        let end = try file.write(json.span, at: 0)
        let pending = try file.complete(upTo: end, records: 1)
        try FileSystem.rename(pending.temporaryPath, to: path)
    }
}
