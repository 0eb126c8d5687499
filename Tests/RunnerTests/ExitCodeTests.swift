import Database
import Diagnostics
import PluginKit
import Testing

@testable import Command

/// Which exit code a problem leads to: its category states that, and no code of a problem has another one than it had
/// when exit codes were read from the beginnings of codes.
@Suite struct ExitCodeTests {
    @Test(
        arguments: zip(
            [Diagnostic.Category.usage, .defect, .environment, .data, .transient],
            [ExitCode.usage, .usage, .environment, .failed, .failed]
        )
    )
    func `the category alone decides, whatever the code and the place`(
        category: Diagnostic.Category,
        code: ExitCode
    ) {
        let text = SourceText("a = 1", name: "p.toml")
        let places: [Diagnostic.Place?] = [nil, .text(text[0..<1]), .stage("a", at: nil), .file("a.csv")]
        for place in places {
            for name in ["acme.down", "file.missing", "option.range", "cache.busy"] {
                let problem = Diagnostic(.init(name), message: "it does not work", category: category, at: place)
                #expect(ExitCode(for: problem) == code)
            }
        }
    }

    @Test func `without a category it is wrong usage at a place of a text, and a failure elsewhere`() {
        let text = SourceText("a = 1", name: "p.toml")
        let problem = Diagnostic("acme.odd", message: "this is odd")
        #expect(ExitCode(for: problem) == .failed)
        #expect(ExitCode(for: problem.placed(at: .stage("a", at: nil))) == .failed)
        #expect(ExitCode(for: problem.placed(at: .file("a.csv"))) == .failed)
        #expect(ExitCode(for: problem.placed(at: .text(text[0..<1]))) == .usage)
    }

    // MARK: All places that raise one

    /// The exit code that a code of a problem had before there were categories, at a place of a text and elsewhere.
    private static func former(_ code: String, inText: Bool) -> ExitCode {
        switch code {
        case "run.not-recorded": return .environment
        case "environment.partition", "input.taken", "input.terminal", "input.read-once", "output.sink", "output.form":
            return .usage
        default: break
        }
        switch code.prefix(while: { $0 != "." }) {
        case "file", "environment", "state", "kept", "account", "http", "input", "output", "zstd", "profile":
            return .environment
        case "cache", "redis": return inText ? .usage : .environment
        case "command", "pipeline", "option", "plugin", "schema", "interpolation", "toml", "zone", "expression", "eval",
            "monitor":
            return .usage
        default: return inText ? .usage : .failed
        }
    }

    /// Problems that no exit code was ever read from: the first four always end a run with "the sums do not agree" (4), the
    /// next two are only ever causes of `environment.time-zones`, and the others are younger than categories.
    private static let neverAlone: Set<String> = [
        "run.sums", "run.verify", "plugin.records", "plugin.bytes", "zone.damaged", "zone.leap-seconds",
        "server.listen", "run.table", "spill.damaged", "run.stage-gone",
        "csv.dialect", "csv.missing-column", "csv.column-twice",
    ]

    @Test func `every place of the sources that raises a problem gives it the exit code that it had`() throws {
        let sites = try RaiseSite.all()
        var looked = 0
        // `SystemFailure` sets one category for all of its own; the test below has them.
        for site in sites
        where site.isError && !Self.neverAlone.contains(site.code) && !site.file.hasSuffix("/SystemFailure.swift") {
            looked += 1
            for inText in site.placesInText {
                let code = ExitCode(for: site.problem(inText: inText))
                let former = Self.former(site.code, inText: inText)
                #expect(code == former, "\(site.file): \(site.code), \(inText ? "in a text" : "elsewhere")")
            }
        }
        // Of 375 places; a search that finds none would find nothing wrong.
        #expect(looked > 350)
        #expect(sites.contains { $0.code == "account.signed-out" && $0.category == .environment })
    }

    /// Problems whose codes are put together, or that are made in a few lines for many codes.
    @Test func `problems from factories have the exit codes that they had`() {
        for number: Int32 in 1...133 {
            #expect(ExitCode(for: SystemFailure(number: number).diagnostic("read", at: "a.csv")) == .environment)
        }
        for kind in HTTPFailure.Kind.allCases {
            let problem = HTTPFailure(kind, origin: "https://example.org").diagnostic
            #expect(ExitCode(for: problem) == .environment)
            // A layer may make the call again; what the problem is does not change with that.
            #expect(ExitCode(for: StageFailure.transient(problem).diagnostic) == .environment)
        }
        for problem in [
            TestedProblems.busy("a.db"), TestedProblems.newer("a.db", version: 2, known: 1),
            TestedProblems.failed("a.db", detail: "it is full"),
        ] {
            #expect(ExitCode(for: problem) == .environment)
        }
        let busy = Diagnostic("acme.busy", message: "not now")
        #expect(ExitCode(for: StageFailure.transient(busy).diagnostic) == .failed)
        #expect(StageFailure.transient(busy).diagnostic.category == .transient)
        #expect(StageFailure.badBatch(busy).diagnostic.category == .data)
    }
}

private enum TestedProblems: DatabaseProblems {
    static let area = "tested"
    static let content = "the database"
    static func corrupt(_ path: String, detail: String) -> Diagnostic { failed(path, detail: detail) }
}
