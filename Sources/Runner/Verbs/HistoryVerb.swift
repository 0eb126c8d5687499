internal import Diagnostics
internal import Engine
internal import Formats

/// `sprocket history`: past runs, or the report of one.
struct HistoryVerb: Verb {
    static let name = "history"
    static let summary = "List past runs, or show the report of one."
    static let operands = "[RUN]"
    static let flags = [
        Flag("pipeline", "NAME", "Only runs of this pipeline."),
        Flag("n", "COUNT", "How many runs to list. Default: 20."),
        Flag.state,
    ]

    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    func perform(_ terminal: Terminal) async -> ExitCode {
        do {
            let history = RunHistory(in: arguments["state"] ?? Flag.stateFolder)
            if let run = arguments.operands.first {
                terminal.result(try history.report(of: run))
                return .done
            }
            let runs = try history.runs(of: arguments["pipeline"], atMost: try count())
            terminal.result(terminal.isJSON ? Self.json(runs) : Self.text(runs))
            return .done
        } catch {
            let diagnostic = error as? Diagnostic ?? Diagnostic("state.failed", "\(error)")
            terminal.report(diagnostic)
            return ExitCode(for: diagnostic)
        }
    }

    private func count() throws(Diagnostic) -> Int {
        guard let text = arguments["n"] else { return 20 }
        if let count = Int(text), count > 0 { return count }
        throw Diagnostic("command.flag", "-n is a number from 1, not '\(text)'")
    }

    private static func text(_ runs: [RunHistory.Entry]) -> String {
        guard !runs.isEmpty else { return "no runs yet" }
        let ids = runs.map(\.id.count).max() ?? 0
        let names = runs.map(\.pipeline.count).max() ?? 0
        return runs.map { run in
            "\(run.id.padded(to: ids))  \(run.pipeline.padded(to: names))  \(run.status)"
        }.joined(separator: "\n")
    }

    private static func json(_ runs: [RunHistory.Entry]) -> String {
        JSONEnvelope.text(verb: name, isFine: true) { json in
            json.key("runs")
            json.beginArray()
            for run in runs {
                json.beginObject()
                json.member("run", run.id)
                json.member("pipeline", run.pipeline)
                json.member("status", run.status)
                json.member("started", ISO8601.text(ofMilliseconds: run.startedAt))
                if let ended = run.endedAt { json.member("ended", ISO8601.text(ofMilliseconds: ended)) }
                json.endObject()
            }
            json.endArray()
        }
    }
}
