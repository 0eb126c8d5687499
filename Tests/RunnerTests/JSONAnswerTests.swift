import Formats
import Foundation
import PluginTestKit
import TestTags
import Testing

/// With `--json`, standard output has one JSON object of one form, however a command ends.
@Suite(.tags(.process, .waits)) struct JSONAnswerTests {
    private let folder: TemporaryFolder
    private let sprocket: Program

    init() throws {
        folder = try TemporaryFolder()
        sprocket = Program(folder: folder.path)
        let rows = "[[source]]\nuse = \"generate\"\nrows = 3\n"
        try folder.write(rows + "[[sink]]\nuse = \"csv\"\npath = \"out.csv\"\n", to: "pipelines/fine.toml")
        try folder.write(rows + "[[sink]]\nuse = \"csv\"\npth = \"out.csv\"\n", to: "pipelines/wrong.toml")
        try folder.write("[[source]\n", to: "pipelines/torn.toml")
        try folder.write(
            "[[source]]\nuse = \"trakt-export\"\npath = \"gone.zip\"\ndata = \"history\"\n"
                + "[[sink]]\nuse = \"csv\"\npath = \"plays.csv\"\n",
            to: "pipelines/gone.toml"
        )
        try folder.write(
            "[[step]]\nrun = \"fine\"\n[[step]]\nrun = \"gone\"\n",
            to: "pipelines/night.toml"
        )
        try folder.write("not a folder", to: "file")
    }

    /// The object on standard output, which has all members and nothing else around it.
    private func object(_ outcome: Program.Outcome) throws -> JSONValue {
        let object = try JSONValue(parsing: Array(outcome.output.utf8), name: "standard output")
        #expect(object.object?.map(\.key) == ["version", "verb", "ok", "exit", "findings", "result"])
        #expect(object["version"]?.integer == 1)
        #expect(object["exit"]?.integer == Int64(outcome.code))
        #expect(object["ok"]?.bool == (outcome.code == 0))
        #expect(outcome.output.hasSuffix("}\n"))
        #expect(outcome.output.split(separator: "\n").count == 1)
        return object
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let words: String
        let code: Int32
        var verb: String?
        /// The code of the first finding; nil if there is none.
        var finding: String?
        var testDescription: String { words }
    }

    private static let cases: [Case] = [
        // Command lines that cannot be understood.
        Case(words: "--json", code: 2, verb: nil, finding: "command.verb"),
        Case(words: "rnu --json", code: 2, verb: "rnu", finding: "command.unknown"),
        Case(words: "--json run", code: 2, verb: "run", finding: "command.operand"),
        Case(words: "run fine --jsno --json", code: 2, verb: "run", finding: "command.flag"),
        Case(words: "run fine --json=yes", code: 2, verb: "run", finding: "command.flag"),
        Case(words: "run fine --json -D", code: 2, verb: "run", finding: "command.flag"),
        Case(words: "run fine --state --json", code: 2, verb: "run", finding: "command.flag"),
        Case(words: "run fine --json -D x", code: 2, verb: "run", finding: "command.variable"),
        Case(words: "run fine --json --limit many", code: 2, verb: "run", finding: "command.flag"),
        Case(words: "run fine --json --partition 5/4", code: 2, verb: "run", finding: "command.flag"),
        Case(words: "run fine --json --progress loud", code: 2, verb: "run", finding: "command.flag"),
        Case(words: "run fine --json --report -", code: 2, verb: "run", finding: "command.report"),
        Case(words: "run fine --json -C nowhere", code: 3, verb: "run", finding: "file.folder"),
        // Pipelines that cannot be run.
        Case(words: "run nope --json", code: 2, verb: "run", finding: "pipeline.missing"),
        Case(words: "run fine nope --json", code: 2, verb: "run", finding: "pipeline.missing"),
        Case(words: "run wrong --json", code: 2, verb: "run", finding: "option.missing"),
        Case(words: "run torn --json", code: 2, verb: "run", finding: "toml.malformed-header"),
        Case(words: "run gone --json", code: 3, verb: "run", finding: "file.missing"),
        Case(words: "run night --json", code: 3, verb: "run", finding: "file.missing"),
        Case(words: "run fine --json --state file", code: 3, verb: "run", finding: "file.not-a-folder"),
        Case(words: "run fine --json --report out.csv", code: 2, verb: "run", finding: "command.report"),
        // The other verbs.
        Case(words: "check nope --json", code: 2, verb: "check", finding: "pipeline.missing"),
        Case(words: "check wrong --json", code: 2, verb: "check", finding: "option.missing"),
        Case(words: "check fine -D x --json", code: 2, verb: "check", finding: "command.variable"),
        Case(words: "history --json --pipeline fnie", code: 2, verb: "history", finding: "command.pipeline"),
        Case(words: "history 20200101T000000Z-1 --json", code: 2, verb: "history", finding: "command.run"),
        Case(words: "history -n many --json", code: 2, verb: "history", finding: "command.flag"),
        Case(words: "state --json", code: 2, verb: "state", finding: "command.operand"),
        Case(words: "state reset fnie --json", code: 2, verb: "state", finding: "command.pipeline"),
        Case(words: "state adopt fnie --json", code: 2, verb: "state", finding: "command.pipeline"),
        Case(words: "cache --json", code: 2, verb: "cache", finding: "command.operand"),
        Case(words: "cache show fine --json", code: 2, verb: "cache", finding: "command.pipeline"),
        Case(words: "cache show --file gone.db --json", code: 3, verb: "cache", finding: "file.missing"),
        Case(words: "auth --json", code: 2, verb: "auth", finding: "command.operand"),
        Case(words: "auth trkat status --json", code: 2, verb: "auth", finding: "plugin.unknown"),
        Case(words: "auth trakt status --json -D usr=me", code: 2, verb: "auth", finding: "option.unknown"),
        Case(words: "describe --json", code: 2, verb: "describe", finding: "command.operand"),
        Case(words: "describe leterboxd --json", code: 2, verb: "describe", finding: "plugin.unknown"),
        Case(words: "list planets --json", code: 2, verb: "list", finding: "command.operand"),
        Case(words: "toml encode --json", code: 2, verb: "toml", finding: "command.operand"),
        Case(words: "eval --json", code: 2, verb: "eval", finding: "command.operand"),
        Case(words: "help rnu --json", code: 2, verb: "help", finding: "command.unknown"),
        // What goes well.
        Case(words: "run fine --json", code: 0, verb: "run"),
        Case(words: "run fine --json --dry-run", code: 0, verb: "run"),
        Case(words: "check fine --json", code: 0, verb: "check"),
        Case(words: "history --json", code: 0, verb: "history"),
        Case(words: "state show --json", code: 0, verb: "state"),
        Case(words: "cache show --json", code: 0, verb: "cache"),
        Case(words: "list --json", code: 0, verb: "list"),
        Case(words: "describe csv --json", code: 0, verb: "describe"),
        Case(words: "version --json", code: 0, verb: "version"),
        Case(words: "toml decode --json", code: 0, verb: "toml"),
        Case(words: "eval 1+1 --json", code: 0, verb: "eval"),
        Case(words: "help run --json", code: 0, verb: "help"), Case(words: "run --help --json", code: 0, verb: "run"),
    ]

    @Test(arguments: cases)
    func `there is one object of one form`(example: Case) throws {
        let words = example.words.split(separator: " ").map(String.init)
        let outcome = try Program.run(Program.path, words, in: folder.path)
        #expect(outcome.code == example.code, "\(outcome.errors)")
        let object = try object(outcome)
        #expect(object["verb"]?.string == example.verb)
        #expect(object["findings"]?[0]?["code"]?.string == example.finding)
        // A failure ends with the exit code of its category.
        if let category = object["findings"]?[0]?["category"]?.string {
            #expect(["usage": 2, "defect": 2, "environment": 3][category, default: 1] == outcome.code)
        } else {
            #expect(outcome.code == 0)
        }
        // What is in the object is also reported when it happens, a line for each finding.
        let lines = try outcome.errors.split(separator: "\n").map {
            try JSONValue(parsing: Array($0.utf8), name: "line")
        }
        #expect(lines.map { $0["code"]?.string } == object["findings"]?.array?.map { $0["code"]?.string })
        if example.code == 0, example.verb != "toml" { #expect(object["result"]?.object?.isEmpty == false) }
    }

    @Test(arguments: ["run fine -- --json", "run fine -D --json=1 -D x=1", "run nope -- --json"])
    func `what only looks like the flag asks for no object`(words: String) throws {
        let outcome = try Program.run(Program.path, words.split(separator: " ").map(String.init), in: folder.path)
        #expect(outcome.output.isEmpty)
    }

    @Test func `the result of a run is its report, and --report has the same bytes as without --json`() throws {
        let outcome = try sprocket("run", "fine", "--json", "--report", "report.json")
        let report = try JSONValue(parsing: folder.bytes(of: "report.json"), name: "report")
        #expect(try object(outcome)["result"] == report)
        #expect(report["sprocket"] != nil && report["read"]?.integer == 3)
    }

    @Test(.timeLimit(.minutes(2)), arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a run that a signal stops answers with its checkpoint`(signal: Int32) async throws {
        let work = try Workplace()
        try work.addWaitingPipeline()
        let run = try Program.Running(Program.path, ["run", "waiting", "--json"], in: work.folder.path)
        while run.isRunning, !work.files().contains(where: { $0.hasSuffix(".part") }) {
            try await Task.sleep(for: .milliseconds(20))
        }
        run.signal(signal)
        let outcome = try await run.ended
        #expect(outcome.code == 128 + signal)
        #expect(try object(outcome)["result"]?["outcome"]?.string == "stopped")
    }

    @Test(.timeLimit(.minutes(2)), arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a verb that a signal ends before it answers leaves an object`(signal: Int32) async throws {
        // The FIFO is open for writing as well, so the program waits for what never comes.
        let script = "mkfifo in; exec 9<>in; exec \"\(Program.path)\" toml decode --json <in"
        let run = try Program.Running("/bin/bash", ["-c", script], in: folder.path)
        // A shell that has not become the program yet dies without an object.
        try await Task.sleep(for: .seconds(1))
        run.signal(signal)
        let outcome = try await run.ended
        #expect(outcome.code == 128 + signal)
        let object = try object(outcome)
        #expect(object["verb"]?.string == "toml")
        #expect(object["findings"]?[0]?["code"]?.string == "command.interrupted")
        #expect(object["findings"]?[0]?["category"]?.string == "environment")
    }

    @Test func `readers that have gone away neither end a run nor cut the object`() throws {
        let script = """
            set -o pipefail
            "\(Program.path)" run fine --json -D nothing=1 2> >(exec true) >wrong.json; echo $?
            "\(Program.path)" run nope --json 2> >(exec true) >missing.json; echo $?
            "\(Program.path)" run fine --json | true; echo ${PIPESTATUS[0]}
            """
        let outcome = try Program.run("/bin/bash", ["-c", script], in: folder.path)
        #expect(outcome.output == "2\n2\n0\n")
        for file in ["wrong.json", "missing.json"] {
            let object = try JSONValue(parsing: folder.bytes(of: file), name: file)
            #expect(object["exit"]?.integer == 2)
        }
        #expect(folder.files.contains("out.csv"))
    }

    @Test func `an object that does not fit on the disk is not reported as done`() throws {
        let script = "\"\(Program.path)\" version --json >/dev/full; echo $?"
        let outcome = try Program.run("/bin/bash", ["-c", script], in: folder.path)
        #expect(outcome.output == "3\n")
        #expect(outcome.errors.contains("the JSON object is not complete"))
    }
}
