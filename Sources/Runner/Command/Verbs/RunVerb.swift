internal import Diagnostics
internal import Pipelines
internal import Runs
internal import Jobs
internal import Monitor
internal import PluginKit

/// `sprocket run`: checks all pipelines, then runs each, or resumes a run that did not complete.
struct RunVerb: Verb {
    static let name = "run"
    static let summary = "Check pipelines and chains, then run them in order; a run that was interrupted is resumed."
    static let operands = "PIPELINE…"
    static let flags =
        [
            Flag("D", value: "NAME=VALUE", help: "Set a variable of the pipeline; may be given several times."),
            Flag("limit", value: "N", help: "Read at most N records of each source."),
            Flag("dry-run", value: nil, help: "Read, transform and count, but write nothing."),
            Flag(
                "partition",
                value: "I/N",
                help: "Only part I of N of the records; `auto`: the part of this array job."
            ),
            Flag(
                "as",
                value: "NAME",
                help: "Use separate state (bookmarks, checkpoint and lock) under this name, such as one per account."
            ),
            Flag("restart", value: nil, help: "Abandon a run that was interrupted, and start again."),
            Flag("report", value: "FILE", help: "Write the run's report as JSON; for several runs, one report of all."),
            Flag("progress", value: "HOW", help: "auto, plain or none. Default: auto."),
        ] + monitorFlags + [Flag.state]

    let arguments: Arguments
    let world: World

    init(_ arguments: Arguments, in world: World) {
        self.arguments = arguments
        self.world = world
    }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do throws(Diagnostic) {
            // Before anything is read, so that no report of an earlier command survives the start of this one.
            if let path = arguments["report"] { try ReportFile.checkName(path) }
            let clashes = await reportClashes()
            if clashes.hasErrors {
                // Nor is the report written: it would replace a file that it must not replace.
                terminal.report(clashes)
                return .usage
            }
            let report = try arguments["report"].map { path throws(Diagnostic) in
                try ReportFile(at: path, for: arguments.operands, head: ReportHead(verb: Self.name, exit: nil))
            }
            return await perform(terminal, report: report)
        } catch {
            terminal.report(error)
            return ExitCode(for: error)
        }
    }

    /// The conflicts of the report's path with files that the pipelines read, write or depend on.
    private func reportClashes() async -> DiagnosticList {
        guard arguments["report"] != nil, let order = try? order() else { return DiagnosticList() }
        // All other errors are found when the job is checked, and are in the report.
        let findings = await ReadJob(order, in: world).examine(isOffline: true).findings
        return DiagnosticList(findings.filter { $0.code == ReservedFile.clash })
    }

    /// The job that the command line asks for.
    private func order() throws(Diagnostic) -> JobOrder {
        JobOrder(
            arguments.operands,
            variables: try arguments.variables(),
            scope: try arguments.scope(world.environment),
            instance: try arguments.instance(),
            restarts: arguments.has("restart"),
            reserved: (arguments["report"].map { [ReservedFile($0, of: "--report", isWritten: true)] } ?? [])
                + (arguments["monitor-token-file"].map { [ReservedFile($0, of: "--monitor-token-file")] } ?? [])
                + (arguments.has("json") ? [.standardOutput(of: "--json")] : [])
        )
    }

    private func perform(_ terminal: Terminal, report: ReportFile?) async -> ExitCode {
        let job: JobRun
        let monitor: MonitorServer?
        do throws(Diagnostic) {
            let order = try order()
            let line = ProgressLine(terminal, mode: try progressMode())
            guard !arguments.operands.isEmpty else {
                throw Diagnostic(
                    "command.operand",
                    message: "'sprocket run' needs a pipeline",
                    category: .usage,
                    hint: hint(for: "", among: world.pipelines.names)
                )
            }
            let events = JobTerminal(terminal, progress: line, scope: order.scope)
            job = JobRun(order, in: world, tick: line.tick) { events.show($0) }
            monitor = try startMonitor(of: job, terminal: terminal)
        } catch {
            terminal.report(error)
            let code = ExitCode(for: error)
            let head = ReportHead(verb: Self.name, exit: Int(code.rawValue))
            let json = head.notStarted(arguments.operands, because: [error])
            return write(json, to: report, terminal: terminal, after: code, standing: "nothing was started")
        }
        Interruption.announce(job, in: world) { terminal.tell($0) }
        let code = conclude(await job.run(), terminal: terminal, report: report)
        await monitor?.stop()
        return code
    }

    private func progressMode() throws(Diagnostic) -> ProgressLine.Mode {
        guard let word = arguments["progress"] else { return .auto }
        if let mode = ProgressLine.Mode(rawValue: word) { return mode }
        throw Diagnostic(
            "command.flag",
            message: "--progress must be auto, plain or none, not '\(word)'",
            category: .usage
        )
    }

    private func conclude(_ outcome: JobOutcome, terminal: Terminal, report: ReportFile?) -> ExitCode {
        terminal.report(outcome.refusal)
        let code = ExitCode(outcome)
        let head = ReportHead(
            verb: Self.name,
            exit: Int(code.rawValue),
            stepExits: outcome.steps.map { step in ExitCode(step.outcome).map { Int($0.rawValue) } }
        )
        terminal.log(JobLog.end(outcome, code: code))
        if terminal.isJSON {
            if let json = outcome.reportOfRuns(for: head) { terminal.answer(json) }
        } else if terminal.log == .text, outcome.ending != .refused, !outcome.isSingle {
            terminal.say(lines: StepSummary(outcome).text)
        }
        return write(outcome.report(for: head), to: report, terminal: terminal, after: code, standing: outcome.standing)
    }

    /// Writes the report; a command whose report is missing has not succeeded.
    ///
    /// - Parameters:
    ///   - json: The report.
    ///   - report: Its file; nil if none was requested.
    ///   - terminal: Where a failure to write it is reported.
    ///   - code: The exit code of the command so far.
    ///   - standing: What has been published, as text.
    /// - Returns: The exit code of the command.
    private func write(
        _ json: [UInt8],
        to report: ReportFile?,
        terminal: Terminal,
        after code: ExitCode,
        standing: String
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

extension JobOutcome {
    /// What has been published, as text.
    fileprivate var standing: String {
        if ending == .refused { return "nothing was started" }
        if isSingle { return reports.first.map { $0.standing.words($0) } ?? "nothing was published" }
        let files = reports.reduce(0) { $0 + $1.files.count }
        return files == 0
            ? "no step has published a file"
            : "the steps have published \(files.counted("file"))"
    }
}
