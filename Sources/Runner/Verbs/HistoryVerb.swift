internal import Diagnostics
internal import Engine
internal import Formats
internal import PluginKit

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
            let folder = arguments["state"] ?? Flag.stateFolder
            let history = RunHistory(in: folder)
            if let run = arguments.operands.first {
                let report = try history.report(of: run)
                terminal.result(terminal.isJSON ? report : ReportText(try Self.value(report)).text)
                return .done
            }
            let runs = try history.runs(of: arguments["pipeline"], atMost: try count())
            let reports = try StateFolder(folder).reports(of: runs.map(\.id)).mapValues(Self.value)
            terminal.result(terminal.isJSON ? Self.json(runs, reports) : Self.text(runs, reports))
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

    private static func value(_ report: String) throws(Diagnostic) -> JSONValue {
        try JSONValue(parsing: Array(report.utf8), name: "report")
    }

    private static func text(_ runs: [RunHistory.Entry], _ reports: [String: JSONValue]) -> String {
        guard !runs.isEmpty else { return "no runs yet" }
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

    private static func json(_ runs: [RunHistory.Entry], _ reports: [String: JSONValue]) -> String {
        JSONEnvelope.text(verb: name, isFine: true) { json in
            json.key("runs")
            json.beginArray()
            for run in runs {
                json.beginObject()
                json.member("run", run.id)
                json.member("pipeline", run.pipeline)
                json.member(statusOf: run)
                json.member("started", ISO8601.text(ofMilliseconds: run.startedAt))
                if let ended = run.endedAt { json.member("ended", ISO8601.text(ofMilliseconds: ended)) }
                for key in ["read", "written", "seconds"] {
                    if let number = reports[run.id]?[key] { json.member(key, number) }
                }
                json.endObject()
            }
            json.endArray()
        }
    }
}

extension JSONWriter {
    /// The members `status`, `signal` and `process`: how a run ended, or how far it is.
    mutating func member(statusOf run: RunHistory.Entry) {
        member("status", run.standing?.status ?? run.status)
        switch run.standing {
        case .interrupted(let signal): member("signal", Int(signal))
        case .died(let process), .lost(let process): member("process", Int(process))
        case .working, .unrecorded, nil: break
        }
    }
}
