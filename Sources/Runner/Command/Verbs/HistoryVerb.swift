internal import Diagnostics
internal import Runs
internal import Formats
internal import Jobs
internal import PluginKit
internal import Pipelines

/// `sprocket history`: lists past runs, or shows the report of one.
struct HistoryVerb: Verb {
    static let name = "history"
    static let summary = "List past runs, or show the report of one."
    static let operands = "[RUN]"
    static let flags = [
        Flag("pipeline", value: "NAME", help: "Only runs of this pipeline."),
        Flag("n", value: "COUNT", help: "How many runs to list. Default: 20."),
        Flag.state,
    ]

    private let arguments: Arguments
    private let world: World

    init(_ arguments: Arguments, in world: World) {
        self.arguments = arguments
        self.world = world
    }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do {
            let folder = world.stateFolder
            let history = RunHistory(in: folder)
            guard arguments.operands.count <= 1 else {
                throw Diagnostic(
                    "command.operand",
                    message: "'sprocket history' shows one run, not '\(arguments.operands.joined(separator: " "))'",
                    category: .usage,
                    hint: "sprocket history RUN, or sprocket history --pipeline NAME"
                )
            }
            if let run = arguments.operands.first {
                try refusePipeline(run, in: history)
                let report = try history.report(of: run)
                // A damaged report is not a JSON value.
                let value = try Self.value(report)
                terminal.result(ReportText(value).text, json: report)
                return .done
            }
            let name = try arguments["pipeline"].map { try known($0, in: history) }
            let runs = try Self.runs(of: name, in: history, atMost: try count())
            let reports = try StateFolder(folder).reports(of: runs.map(\.id)).mapValues(Self.value)
            terminal.result(
                Self.text(runs, reports: reports, of: name, in: folder),
                json: Self.json(runs, reports: reports)
            )
            return .done
        } catch {
            let diagnostic =
                error as? Diagnostic ?? Diagnostic("state.failed", message: "\(error)", category: .environment)
            terminal.report(diagnostic)
            return ExitCode(for: diagnostic)
        }
    }

    private func count() throws(Diagnostic) -> Int {
        guard let text = arguments["n"] else { return 20 }
        if let count = Int(text), count > 0 { return count }
        throw Diagnostic("command.flag", message: "-n must be a number of at least 1, not '\(text)'", category: .usage)
    }

    private static func value(_ report: String) throws(Diagnostic) -> JSONValue {
        try JSONValue(parsing: Array(report.utf8), name: "report")
    }

    /// The newest runs of a pipeline and its partitions; those of all pipelines if it is nil.
    private static func runs(
        of pipeline: String?,
        in history: RunHistory,
        atMost limit: Int
    ) throws -> [RunHistory.Entry] {
        guard let pipeline else { return try history.runs(atMost: limit) }
        let all = try history.runs(atMost: .max)
        return Array(all.filter { $0.pipeline == pipeline || $0.pipeline.hasPrefix(pipeline + " ") }.prefix(limit))
    }

    /// The name of a pipeline in the history: a file may give its pipeline another name than its own.
    ///
    /// - Throws: `command.pipeline` if there is neither a run nor a file of that name.
    private func known(_ word: String, in history: RunHistory) throws -> String {
        let file = try? world.pipelines.file(word)
        let name = file?.name ?? word
        let names = Set(try history.runs(atMost: .max).map(\.pipeline))
        if names.contains(where: { $0 == name || $0.hasPrefix(name + " ") }) { return name }
        if case .chain(let chain) = file {
            throw Diagnostic(
                "command.pipeline",
                message: "'\(name)' is a chain, and has no history; the pipelines of its steps have one",
                category: .usage,
                hint: "it runs \(chain.runs.joined(separator: ", "))"
            )
        }
        // A file with errors belongs to a pipeline that has not run.
        if file != nil || world.pipelines.names.contains(word) { return name }
        throw Diagnostic(
            "command.pipeline",
            message: "unknown pipeline '\(word)': it has no runs, and no file has that name",
            category: .usage,
            hint: hint(for: word, among: names.union(world.pipelines.names).sorted())
        )
    }

    /// Refuses the name of a pipeline in place of that of a run.
    private func refusePipeline(_ word: String, in history: RunHistory) throws {
        let runs = try history.runs(atMost: .max)
        guard !runs.contains(where: { $0.id == word }),
            runs.contains(where: { $0.pipeline == word }) || world.pipelines.names.contains(word)
        else { return }
        throw Diagnostic(
            "command.run",
            message: "'\(word)' is a pipeline, not a run",
            category: .usage,
            hint: "its runs: sprocket history --pipeline \(word)"
        )
    }

    private static func text(
        _ runs: [RunHistory.Entry],
        reports: [String: JSONValue],
        of pipeline: String?,
        in folder: String
    ) -> String {
        guard !runs.isEmpty else { return "no runs\(pipeline.map { " of '\($0)'" } ?? "") yet in '\(folder)'" }
        var table = TextTable(numbers: [3, 4, 5])
        for run in runs {
            let report = reports[run.id]
            table.append(
                run.id,
                run.pipeline,
                run.standing?.words ?? run.status,
                report?["read"]?.integer.map { "\(Int($0).grouped) read" } ?? "",
                report?["written"]?.integer.map { "\(Int($0).grouped) written" } ?? "",
                report?["seconds"]?.real.map { Duration(clampingSeconds: $0).shortText } ?? ""
            )
        }
        return VisibleText.lines(table.lines())
    }

    private static func json(_ runs: [RunHistory.Entry], reports: [String: JSONValue]) -> String {
        JSONResult.object { json in
            json.key("runs")
            json.beginArray()
            for run in runs {
                json.beginObject()
                json.member("run", value: run.id)
                json.member("pipeline", value: run.pipeline)
                json.member(statusOf: run)
                json.member("started", value: ISO8601.text(ofMilliseconds: run.startedAt))
                if let ended = run.endedAt { json.member("ended", value: ISO8601.text(ofMilliseconds: ended)) }
                for key in ["read", "written", "seconds"] {
                    if let number = reports[run.id]?[key] { json.member(key, value: number) }
                }
                json.endObject()
            }
            json.endArray()
        }
    }
}

extension JSONWriter {
    /// Writes the members `status`, `signal` and `process`: how a run ended, or its progress.
    mutating func member(statusOf run: RunHistory.Entry) {
        member("status", value: run.standing?.status ?? run.status)
        switch run.standing {
        case .interrupted(let signal): member("signal", value: Int(signal))
        case .died(let process), .lost(let process): member("process", value: Int(process))
        case .working, .unrecorded, nil: break
        }
    }
}
