internal import Diagnostics
internal import Pipelines
internal import Runs
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
        Flag("partition", "I/N", "Only part I of N of the records; `auto`: the part that this job of an array is."),
        Flag("as", "NAME", "Run with a state of its own, for another account say: bookmarks, checkpoint and lock."),
        Flag("restart", nil, "Give up a run that was cut off, and begin anew."),
        Flag("report", "FILE", "Write the run's report as JSON; of several, one with all of them."),
        Flag("progress", "HOW", "auto, plain or none. Default: auto."),
        Flag.state,
    ]

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do throws(Diagnostic) {
            // Before anything is read, so that no report of an earlier command outlives the start of this one.
            if let path = arguments["report"] { try ReportFile.checkName(path) }
            let clashes = await reportClashes()
            if clashes.hasErrors {
                // Nor is the report written: it would replace what it must not.
                terminal.report(clashes)
                return .usage
            }
            let report = try arguments["report"].map { path throws(Diagnostic) in
                try ReportFile(at: path, for: arguments.operands)
            }
            return await perform(terminal, report)
        } catch {
            terminal.report(error)
            return ExitCode(for: error)
        }
    }

    /// What the report would replace of what the pipelines read, write or depend on.
    private func reportClashes() async -> DiagnosticList {
        guard arguments["report"] != nil, let variables = try? arguments.variables(),
            let scope = try? arguments.scope(Environment.all)
        else { return DiagnosticList() }
        var builder = JobBuilder(
            PipelineLocator.library,
            environment: Environment.all,
            variables: VariableSettings(variables)
        )
        let job = builder.command(arguments.operands)
        let services = Services(
            registry: .all,
            environment: Environment.all,
            stateFolder: arguments["state"] ?? Flag.stateFolder,
            reserved: reserved(builder)
        )
        // All else that is wrong is found when the job is checked, and is in the report.
        let findings = await job.examine(services, scope: scope).findings
        return DiagnosticList(findings.filter { $0.code == ReservedFile.clash })
    }

    /// The files of the command that no output may replace.
    private func reserved(_ builder: JobBuilder) -> [ReservedFile] {
        builder.reserved + (arguments["report"].map { [ReservedFile($0, of: "--report", isWritten: true)] } ?? [])
    }

    private func perform(_ terminal: Terminal, _ report: ReportFile?) async -> ExitCode {
        do throws(Diagnostic) {
            let variables = VariableSettings(try arguments.variables())
            let order = RunOrder(
                scope: try arguments.scope(Environment.all),
                instance: try arguments.instance(),
                restarts: arguments.has("restart"),
                stateFolder: arguments["state"] ?? Flag.stateFolder,
                progress: try progressMode()
            )
            guard !arguments.operands.isEmpty else {
                throw Diagnostic(
                    "command.operand",
                    "'sprocket run' needs a pipeline",
                    category: .usage,
                    hint: hint(for: "", among: PipelineLocator.names)
                )
            }
            return await run(variables, order, terminal, report)
        } catch {
            return refuse(DiagnosticList([error]), terminal, report)
        }
    }

    private func progressMode() throws(Diagnostic) -> ProgressLine.Mode {
        guard let word = arguments["progress"] else { return .auto }
        if let mode = ProgressLine.Mode(rawValue: word) { return mode }
        throw Diagnostic("command.flag", "--progress is auto, plain or none, not '\(word)'", category: .usage)
    }

    private func run(
        _ variables: VariableSettings,
        _ order: RunOrder,
        _ terminal: Terminal,
        _ report: ReportFile?
    ) async -> ExitCode {
        var builder = JobBuilder(PipelineLocator.library, environment: Environment.all, variables: variables)
        let job = builder.command(arguments.operands)
        var findings = builder.problems
        var namesakes = NamesakeSearch()
        findings.append(contentsOf: namesakes.findings(job.files))
        let reserved = reserved(builder)
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
        if findings.hasErrors { return refuse(findings.inOrderOfFiles, terminal, report) }
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
        return tell(outcome, terminal, report)
    }

    /// Reports why nothing is begun.
    private func refuse(_ findings: DiagnosticList, _ terminal: Terminal, _ report: ReportFile?) -> ExitCode {
        terminal.report(findings)
        let code = findings.all.first { $0.severity == .error }.map(ExitCode.init(for:)) ?? .usage
        let json = UnfinishedReportJSON.notBegun(
            arguments.operands,
            findings.toPrint(atMost: Terminal.mostFindings).findings,
            code
        )
        return write(json, to: report, terminal, after: code, "nothing was begun")
    }

    private func tell(_ outcome: RunOutcome, _ terminal: Terminal, _ report: ReportFile?) -> ExitCode {
        if terminal.isJSON {
            if let json = outcome.json { terminal.answer(json) }
        } else if let summary = outcome.summary {
            terminal.say(lines: summary)
        }
        return write(outcome.report, to: report, terminal, after: outcome.code, outcome.standing)
    }

    /// Writes the report; a command whose report is missing has not done all that it was to do.
    ///
    /// - Parameters:
    ///   - json: The report.
    ///   - report: Its file; nil if none was asked for.
    ///   - terminal: Where it is reported if that cannot be done.
    ///   - code: How the command ended before.
    ///   - standing: What lies on the disk, in words.
    /// - Returns: How the command ends.
    private func write(
        _ json: [UInt8],
        to report: ReportFile?,
        _ terminal: Terminal,
        after code: ExitCode,
        _ standing: String
    ) -> ExitCode {
        do throws(Diagnostic) {
            try report?.write(json)
            return code
        } catch {
            var problem = error
            problem.message = "the report could not be written: \(error.message); \(standing)"
            terminal.report(problem)
            return code == .done ? .environment : code
        }
    }
}
