import Foundation
import PluginTestKit
import TestTags
import Testing

/// Texts of others on every way to the terminal: they are shown, and never obeyed.
@Suite(.tags(.process)) struct ForeignTextTests {
    /// Clears the screen, forges a line, turns the direction round, hides: in what a JSON or TOML text may hold.
    private static let nasty = "\u{1B}[2J\u{1B}]0;t\u{7}\r\nFORGED: done\u{9B}31m\u{202E}\u{2028}\u{200B}\u{7F}\u{85}"

    /// The same as an escaped string of JSON and of TOML.
    private static let escaped = nasty.unicodeScalars.map { scalar in
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()

    private static let sink = """

        [[sink]]
        use = "csv"
        path = "x.csv"
        """
    private static let source = """
        [[source]]
        use = "generate"
        rows = 1
        columns = ["id: sequence"]

        """

    struct Way: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let pipeline: String
        let arguments: [String]
        var environment: [String: String] = [:]
        /// Whether something of the text can be seen: some messages do not quote it, or not so far.
        var isShown: Bool { !Self.unquoted.contains(testDescription) }

        private static let unquoted: Set<String> = [
            "a line that is no TOML", "a report's file", "the name of a stage", "a value that is no TOML",
            "a file that is not there", "a plugin to describe", "the path of an input", "a time zone",
        ]

        init(
            _ what: String,
            _ pipeline: String = source + sink,
            _ arguments: [String] = ["check", "p"],
            environment: [String: String] = [:]
        ) {
            testDescription = what
            self.pipeline = pipeline
            self.arguments = arguments
            self.environment = environment
        }
    }

    static let ways: [Way] = [
        Way("the name of a pipeline on the command line", source + sink, ["run", "p\(nasty)"]),
        Way("a verb", source + sink, ["check\(nasty)"]),
        Way("a flag", source + sink, ["check", "--\(nasty)"]),
        Way("the value of a flag", source + sink, ["run", "p", "--partition", nasty]),
        Way("a name for the run", source + sink, ["run", "p", "--as", nasty]),
        Way("the name of a variable", source + sink, ["check", "p", "-D", "\(nasty)=1"]),
        Way("the value of a variable", "vars.n = 1\n" + source + sink, ["check", "p", "-D", "n=\(nasty)"]),
        Way(
            "a column that a variable names",
            "vars.c = 'x'\n" + source + sink + "\ncolumns = [\"${var:c}\"]",
            ["run", "p", "-D", "c=\(nasty)"]
        ),
        Way("a report's file", source + sink, ["run", "p", "--report", "no\(nasty)/r.json"]),
        Way("the state folder", source + sink, ["run", "p", "--state", "/proc/\(nasty)"]),
        Way("a run of the history", source + sink, ["history", nasty]),
        Way("the text of an option", "\(source)[run]\nbatch_size = \"\(escaped)\"\n\(sink)"),
        Way("an option's choice", "\(source)\(sink)\nseparator = \"\(escaped)\""),
        Way("the name of an option", "\(source)\(sink)\n\"\(escaped)\" = 1"),
        Way("the name of a plugin", "[[source]]\nuse = \"\(escaped)\"\n\(sink)"),
        Way("the name of a stage", "[[source]]\nname = \"\(escaped)\"\nuse = \"generate\"\n\(sink)"),
        Way("the name of a section", "[\"\(escaped)\"]\na = 1\n" + source + sink),
        Way("a line that is no TOML", "\(source)\(sink)\n\(nasty) = = 1"),
        Way("a value that is no TOML", "\(source)\(sink)\na = \(nasty)"),
        Way("the environment", "\(source)\(sink)\nheader = \"${env:FOREIGN}\"", environment: ["FOREIGN": nasty]),
        Way("a reason in the file", "\(source)\(sink)\nheader = \"${env:NO_SUCH:?\(escaped)}\""),
        Way("a file that is not there", "\(source)\(sink)\nheader = \"${file:\(escaped)}\""),
        Way("the path of an output", "\(source)[[sink]]\nuse = \"csv\"\npath = \"no/\(escaped).csv\"", ["run", "p"]),
        Way(
            "the path of an input",
            "[[source]]\nuse = \"trakt-export\"\ndata = \"history\"\npath = \"\(escaped)\"" + sink
        ),
        Way(
            "a time zone",
            source + sink,
            ["run", "trakt-export-to-letterboxd", "-D", "export=e.zip"],
            environment: ["TZ": nasty]
        ),
        Way("the description of a pipeline", "description = \"\(escaped)\"\n" + source + sink, ["list", "pipelines"]),
        Way("the help of a pipeline", "description = \"\(escaped)\"\n" + source + sink, ["run", "p", "--help"]),
        Way("a plugin to describe", source + sink, ["describe", "source", nasty]),
        Way(
            "the help of a variable",
            "vars.a = { default = \"\(escaped)\", help = \"\(escaped)\" }\n" + source + sink,
            ["run", "p", "--help"]
        ),
    ]

    @Test(arguments: ways, [false, true])
    func `a text on the way to the terminal is shown and not obeyed`(way: Way, isJSON: Bool) async throws {
        let place = try Workplace()
        try place.folder.write(way.pipeline, to: "pipelines/p.toml")
        let arguments = way.arguments + (isJSON ? ["--json"] : [])
        let outcome = try await Program.Running(
            Program.path,
            arguments,
            in: place.folder.path,
            environment: way.environment
        ).ended
        Self.expectHarmless(outcome)
        #expect(!way.isShown || (outcome.output + outcome.errors).contains("FORGED"), "nothing is shown")
    }

    @Test(arguments: [false, true])
    func `records, their places and the files of an archive are shown and not obeyed`(isJSON: Bool) async throws {
        let place = try Workplace()
        let play = """
            {"id":1,"watched_at":"9999-12-31T23:59:59.000Z","action":"watch","type":"movie","movie":{"title":\
            "\(Self.escaped)","year":1990,"ids":{"trakt":2,"imdb":"\(Self.escaped)"}}}
            """
        try place.export([
            ("watched-history.json", "[\(play)]"), ("rated-\(Self.nasty).json", "[]"),
            ("user-settings.json", #"{"account":{"timezone":"\#(Self.escaped)"}}"#),
        ])
        for arguments in [
            ["run", "trakt-export-to-letterboxd", "-D", "export=export.zip"],
            ["run", "trakt-export-ratings", "-D", "export=export.zip"], ["history"], ["state", "show"],
        ] {
            let outcome = try await Program.Running(
                Program.path,
                arguments + (isJSON ? ["--json"] : []),
                in: place.folder.path
            ).ended
            Self.expectHarmless(outcome)
        }
        let runs = try await Program.Running(Program.path, ["history", "--json"], in: place.folder.path).ended
        let parsed = try JSONSerialization.jsonObject(with: Data(runs.output.utf8)) as? [String: Any]
        let result = try #require(parsed?["result"] as? [String: Any])
        let known = try #require(result["runs"] as? [[String: Any]])
        #expect(!known.isEmpty)
        for run in known {
            let id = try #require(run["run"] as? String)
            let flags = isJSON ? ["--json"] : []
            let outcome = try await Program.Running(Program.path, ["history", id] + flags, in: place.folder.path).ended
            Self.expectHarmless(outcome)
        }
    }

    /// Nothing steers, hides or begins a line of its own.
    private static func expectHarmless(_ outcome: Program.Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
        for text in [outcome.output, outcome.errors] {
            let bad = text.unicodeScalars.filter { scalar in
                switch scalar.value {
                case 0x0A: false
                case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0x200B: true
                default: false
                }
            }
            #expect(
                bad.isEmpty,
                "\(bad.map { String($0.value, radix: 16) }) in \(text)",
                sourceLocation: sourceLocation
            )
            let forged = text.split(separator: "\n").filter { $0.hasPrefix("FORGED") }
            #expect(forged.isEmpty, "\(text)", sourceLocation: sourceLocation)
        }
    }
}
