import Foundation
import PluginTestKit
import TestTags
import Testing

/// Chains and needs, run as a user runs them.
@Suite(.tags(.process)) struct ChainTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        for name in ["one", "two", "three"] { try write(name) }
        // Its records have no film, and none may be left out.
        try write(
            "bad",
            "needs = []",
            columns: "tmdb: integer 1..500 null 100%",
            sink: "letterboxd",
            "time_zone = \"UTC\""
        )
        try write("needy", "needs = [\"one\"]")
        try write("hopeless", "needs = [\"bad\"]")
    }

    private func write(
        _ name: String,
        _ top: String = "",
        columns: String = "id: sequence",
        sink: String = "csv",
        _ more: String = ""
    ) throws {
        try work.folder.write(
            """
            \(top)
            [vars]
            rows = { default = 10, help = "How many." }
            out = "out"
            [[source]]
            use = "generate"
            rows = "${var:rows}"
            columns = ["\(columns)"]
            [[sink]]
            use = "\(sink)"
            path = "${var:out}/\(name).csv"
            \(more)
            """,
            to: "pipelines/\(name).toml"
        )
    }

    private func chain(_ text: String, as name: String = "night") throws {
        try work.folder.write(text, to: "pipelines/\(name).toml")
    }

    /// A step; what it needs is as by default unless something is said.
    private static func step(_ run: String, _ more: String...) -> String {
        (["[[step]]", "run = \"\(run)\""] + more).joined(separator: "\n") + "\n"
    }

    /// The lines behind the headline of the summary, times left out.
    private func steps(_ outcome: Program.Outcome) throws -> [String] {
        let parts = outcome.errors.components(separatedBy: "\n\n")
        let lines = try #require(parts.last).split(separator: "\n").map(String.init)
        return lines.dropFirst().map { $0.replacing(#/ in [0-9.]+ s/#, with: "") }
    }

    @Test func `steps run in the order of their needs, with what they set`() throws {
        try chain(
            """
            description = "All of it"
            [vars]
            rows = { default = 5, help = "How many records." }
            """ + "\n" + Self.step("one", "needs = [\"two\"]", "with = { rows = \"${var:rows}\", out = \"far\" }")
                + Self.step("two", "needs = []") + Self.step("one", "name = \"again\"", "with = { rows = 2 }")
        )
        let outcome = try work.sprocket("run", "night", "-D", "rows=3")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(
            try steps(outcome) == [
                "  two    done: 10 records written", "  one    done: 3 records written",
                "  again  done: 2 records written",
            ]
        )
        #expect(outcome.errors.contains(#/\n\nnight: done in [0-9.]+ s\n/#))
        #expect(try work.csv("far/one.csv").count == 3)
        #expect(try work.csv("out/one.csv").count == 2)
    }

    @Test func `a step that fails stops the chain`() throws {
        try chain(Self.step("one") + Self.step("bad") + Self.step("two") + Self.step("three", "needs = []"))
        let outcome = try work.sprocket("run", "night", "-D", "rows=3")
        #expect(outcome.code == 2)
        let again = try work.sprocket("run", "night")
        #expect(again.code == 4)
        #expect(
            try steps(again) == [
                "  one    done: 10 records written",
                "  bad    failed, exit code 4: 10 records cannot be used, and the pipeline allows 0",
                "  two    not started, because 'bad' failed", "  three  not started, because 'bad' failed",
            ]
        )
        #expect(again.errors.contains(#/\n\nnight: failed after [0-9.]+ s, exit code 4\n/#))
        #expect(work.files(in: "out").filter { $0.hasSuffix(".csv") } == ["one.csv"])
    }

    @Test func `where a failure lets others continue, those that need it are skipped`() throws {
        try chain(
            Self.step("bad", "on_failure = \"continue\"") + Self.step("one") + Self.step("two", "needs = [\"one\"]")
                + Self.step("three", "needs = []")
        )
        let outcome = try work.sprocket("run", "night")
        #expect(outcome.code == 4)
        #expect(
            try steps(outcome) == [
                "  bad    failed, exit code 4: 10 records cannot be used, and the pipeline allows 0",
                "  one    skipped, because it needs 'bad'", "  two    skipped, because it needs 'one'",
                "  three  done: 10 records written",
            ]
        )
        #expect(work.files(in: "out").filter { $0.hasSuffix(".csv") } == ["three.csv"])
    }

    @Test func `the exit code is that of the first step that failed`() throws {
        // What no check sees: the export is looked for when the run begins.
        try work.folder.write(
            """
            [[source]]
            use = "trakt-export"
            path = "nowhere.zip"
            data = "history"
            [[sink]]
            use = "null"
            """,
            to: "pipelines/absent.toml"
        )
        try chain(
            Self.step("absent", "on_failure = \"continue\"")
                + Self.step("bad", "needs = []", "on_failure = \"continue\"") + Self.step("two", "needs = []")
        )
        let outcome = try work.sprocket("run", "night")
        #expect(outcome.code == 3, "\(outcome.errors)")
        #expect(try steps(outcome).map { $0.split(separator: " ")[1] } == ["failed,", "failed,", "done:"])
    }

    @Test func `a chain in a chain is one step of it`() throws {
        try chain(Self.step("bad", "on_failure = \"continue\"") + Self.step("one", "needs = []"), as: "inner")
        try chain(Self.step("two") + Self.step("inner", "on_failure = \"continue\"") + Self.step("three"))
        let outcome = try work.sprocket("run", "night")
        #expect(outcome.code == 4)
        #expect(
            try steps(outcome) == [
                "  two          done: 10 records written",
                "  inner / bad  failed, exit code 4: 10 records cannot be used, and the pipeline allows 0",
                "  inner / one  done: 10 records written", "  three        skipped, because it needs 'inner'",
            ]
        )
    }

    @Test func `what is needed runs first, and once in a command`() throws {
        let alone = try work.sprocket("run", "needy")
        #expect(alone.code == 0, "\(alone.errors)")
        #expect(try steps(alone) == ["  one    done: 10 records written", "  needy  done: 10 records written"])
        try write("too", "needs = [\"one\", \"needy\"]")
        let all = try work.sprocket("run", "needy", "one", "too", "-D", "rows=3")
        #expect(all.code == 0, "\(all.errors)")
        #expect(
            try steps(all) == [
                "  one    done: 3 records written", "  needy  done: 3 records written",
                "  too    done: 3 records written",
            ]
        )
        // What a command line does not name, -D does not set.
        #expect(try work.sprocket("run", "needy", "-D", "rows=3").code == 0)
        #expect(try work.csv("out/one.csv").count == 10)
        #expect(try work.csv("out/needy.csv").count == 3)
    }

    @Test func `a pipeline is skipped if what it needs fails`() throws {
        let outcome = try work.sprocket("run", "hopeless", "one")
        #expect(outcome.code == 4)
        #expect(
            try steps(outcome) == [
                "  bad       failed, exit code 4: 10 records cannot be used, and the pipeline allows 0",
                "  hopeless  skipped, because it needs 'bad'", "  one       not started, because 'hopeless' failed",
            ]
        )
    }

    @Test func `everything is checked before the first step runs`() throws {
        try chain(Self.step("one") + Self.step("two", "with = { rwos = 3 }") + Self.step("gone"))
        try write("three", columns: "id: seqence")
        let findings = """
            pipelines/night.toml:5:10: error[pipeline.variable]: the pipeline 'two' has no variable 'rwos' for a step to set
                5 | with = { rwos = 3 }
                  |          ^^^^ did you mean 'rows'?
            pipelines/night.toml:7:7: error[pipeline.missing]: there is no pipeline 'gone': no file pipelines/gone.toml in \
            \(work.folder.path)
                7 | run = "gone"
                  |       ^^^^^^ did you mean 'one'?

            """
        let outcome = try work.sprocket("run", "one", "night")
        #expect(outcome.code == 2)
        #expect(outcome.errors == findings)
        #expect(work.files(in: "out") == [])
        let check = try work.sprocket("check", "one", "night")
        #expect(check.code == 2)
        #expect(check.errors == "one: fine\n" + findings)
    }

    @Test func `a check says once what is wrong with a pipeline and with the chain that runs it`() throws {
        try work.folder.write("[[source]]\nuse = \"generate\"\n", to: "pipelines/three.toml")
        try chain(Self.step("three"))
        let outcome = try work.sprocket("check", "three", "night")
        #expect(outcome.code == 2)
        #expect(outcome.errors.components(separatedBy: "error[").count == 2)
        #expect(outcome.errors.hasSuffix("\nnight: has errors, reported above\n"))
    }

    @Test func `a report has the reports of all steps, and --json says the same`() throws {
        try chain(
            Self.step("bad", "on_failure = \"continue\"") + Self.step("two", "needs = []", "name = \"second\"")
                + Self.step("three", "needs = [\"bad\"]") + Self.step("needy", "needs = []")
        )
        let outcome = try work.sprocket("run", "night", "--json", "--report", "report.json")
        #expect(outcome.code == 4)
        #expect(outcome.output.hasSuffix(",\"result\":" + (try work.folder.text(of: "report.json")) + "}\n"))
        let all = try outcome.result
        #expect(all["verb"] as? String == "run")
        #expect(all["ok"] as? Bool == false)
        #expect(all["exit"] as? Int == 4)
        let steps = try #require(all["steps"] as? [[String: Any]])
        #expect(steps.map { $0["step"] as? String } == ["bad", "second", "three", "one", "needy"])
        #expect(steps.map { $0["pipeline"] as? String } == ["bad", "two", nil, "one", "needy"])
        #expect(steps.map { $0["outcome"] as? String } == ["failed", "complete", "skipped", "complete", "complete"])
        #expect(steps.map { $0["exit"] as? Int } == [4, 0, nil, 0, 0])
        #expect(steps[2]["blockedBy"] as? String == "bad")
        let outcomes = steps.map { ($0["report"] as? [String: Any])?["outcome"] as? String }
        #expect(outcomes == ["too-many-rejected", "published", nil, "published", "published"])
    }

    @Test func `one pipeline has a report of its own form`() throws {
        #expect(try work.sprocket("run", "one", "--report", "report.json").code == 0)
        let text = try work.folder.text(of: "report.json")
        #expect(text.contains(#""pipeline":"one""#))
        #expect(!text.contains(#""steps""#))
    }

    @Test func `help and list know chains`() throws {
        try chain(
            "description = \"All of it\"\n[vars]\nrows = { default = 5, help = \"How many.\" }\n" + Self.step("one")
        )
        #expect(
            try work.sprocket("run", "night", "--help").output.hasSuffix(
                "\n\nnight: All of it\n  -D rows=…  How many. Default: 5.\n"
            )
        )
        #expect(try work.sprocket("list", "pipelines").output.contains(#/\n  night +All of it\n/#))
    }

    @Test func `nothing is remembered of a chain, but of its pipelines`() throws {
        try chain(Self.step("one") + Self.step("two"))
        #expect(try work.sprocket("run", "night").code == 0)
        let outcome = try work.sprocket("state", "show", "night")
        #expect(outcome.code == 2)
        #expect(
            outcome.errors == """
                error[command.pipeline]: 'night' is a chain, which has no state of its own
                  hint: it runs one, two

                """
        )
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func `a signal stops the step and the chain, whatever a failure would do`(signal: Int32, code: Int32) throws {
        let long = try LongRun()
        try long.work.folder.write(
            Self.step("long", "with = { every = \"1\" }", "on_failure = \"continue\"")
                + Self.step("generate-to-csv", "needs = []"),
            to: "pipelines/night.toml"
        )
        let running = try long.start(pipeline: "night")
        running.signal(signal)
        let stopped = try running.outcome
        #expect(stopped.code == code)
        #expect(stopped.errors.contains(#/long: stopped after [0-9.]+ s at checkpoint /#), "\(stopped.errors)")
        #expect(
            try steps(stopped) == ["  long             stopped, exit code \(code)", "  generate-to-csv  not started"]
        )
        #expect(stopped.errors.contains(#/\n\nnight: stopped after [0-9.]+ s, exit code \d+\n/#))
        #expect(!long.hasPublished)
        // Started again, each step goes on by its own state.
        let again = try long.work.sprocket("run", "night")
        #expect(again.code == 0, "\(again.errors)")
        #expect(again.errors.contains("(resumed at checkpoint "))
        #expect(try steps(again).count == 2)
        #expect(try long.files == LongRun.undisturbed.get())
    }

    @Test func `a limit of time stops the step whose it is, and no other`() throws {
        try work.folder.write(
            """
            [run]
            time_limit = "200ms"
            checkpoint_every = "never"
            [[source]]
            use = "generate"
            rows = 1_000_000
            page_size = 1
            columns = ["id: sequence"]
            [[sink]]
            use = "null"
            """,
            to: "pipelines/slow.toml"
        )
        try chain(Self.step("slow", "on_failure = \"continue\"") + Self.step("one", "needs = []"))
        let outcome = try work.sprocket("run", "night")
        #expect(outcome.code == 1, "\(outcome.errors)")
        #expect(
            try steps(outcome) == [
                "  slow  failed, exit code 1: the run has taken longer than 200ms", "  one   done: 10 records written",
            ]
        )
    }
}
