import Foundation
import PluginTestKit
import TestTags
import Testing

/// Files that are there already, as a user meets them: what `check` says, what `run` does, for every kind of output.
@Suite(.tags(.process)) struct OnExistingTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    enum FileSink: String, CaseIterable, Sendable {
        case csv, jsonLines = "json-lines", letterboxd
    }

    private func write(
        _ name: String = "p",
        _ sink: FileSink = .csv,
        rows: Int = 3,
        path: String = "out/x.csv",
        _ more: String = ""
    ) throws {
        try work.folder.write(
            """
            [[source]]
            use = "generate"
            rows = \(rows)
            columns = ["tmdb: sequence", "watched_at: instant 2010-01-01..2020-01-01"]
            [[sink]]
            use = "\(sink.rawValue)"
            path = "\(path)"
            \(sink == .letterboxd ? "time_zone = \"UTC\"" : "")
            \(more)
            """,
            to: "pipelines/\(name).toml"
        )
    }

    /// What `check` and `run` say, which has to be the same.
    private func expectRefusal(_ message: String, of name: String = "p", _ more: String...) throws {
        let before = try work.folder.bytes(of: "out/x.csv")
        for verb in ["check", "run"] {
            let outcome = try Program.run(Program.path, [verb, name] + more, in: work.folder.path)
            #expect(outcome.code == 2, "\(verb): \(outcome.errors)")
            #expect(
                outcome.errors.hasPrefix("pipelines/\(name).toml:7:8: error[pipeline.existing-file]: \(message)"),
                "\(verb): \(outcome.errors)"
            )
            #expect(outcome.errors.contains("move it away, or choose another path"), "\(verb): \(outcome.errors)")
            #expect(try work.folder.bytes(of: "out/x.csv") == before)
        }
    }

    private func expectSuccess(_ arguments: String...) throws {
        let outcome = try Program.run(Program.path, arguments, in: work.folder.path)
        #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
    }

    @Test(arguments: FileSink.allCases)
    func `each file sink replaces what its pipeline made, and refuses everything else`(sink: FileSink) throws {
        try write("p", sink)
        try expectSuccess("check", "p")
        try expectSuccess("run", "p")
        try write("p", sink, rows: 5)
        try expectSuccess("check", "p")
        try expectSuccess("run", "p")
        let made = try work.folder.bytes(of: "out/x.csv")
        // As a user edits it.
        try work.folder.write(made + Array("more\n".utf8), to: "out/x.csv")
        try expectRefusal("out/x.csv has changed since this pipeline made it in the run ")
        // Another pipeline.
        try work.folder.write(made, to: "out/x.csv")
        try expectSuccess("check", "p")
        try write("q", sink)
        try expectRefusal("out/x.csv is there already, and the pipeline 'p' made it in the run ", of: "q")
        // Without the state, it is nobody's.
        try expectRefusal("out/x.csv is there already, and this pipeline did not make it", "--state", "elsewhere")
        // Neither way of saying it leaves a doubt.
        try write("p", sink, "on_existing = \"refuse\"")
        try expectRefusal("out/x.csv is there already, and on_existing is \"refuse\"")
        try write("q", sink, "on_existing = \"replace\"")
        try expectSuccess("check", "q")
        try expectSuccess("run", "q")
        try write("p", sink)
        try expectRefusal("out/x.csv is there already, and the pipeline 'q' made it in the run ")
    }

    @Test func `a file that an earlier version made is known by the report of that run`() throws {
        try write()
        try expectSuccess("run", "p")
        let forget = """
            import sqlite3
            c = sqlite3.connect('.sprocket/state.db')
            c.execute('DELETE FROM made_files')
            c.commit()
            """
        #expect(try Program.run("/usr/bin/env", ["python3", "-c", forget], in: work.folder.path).code == 0)
        try expectSuccess("check", "p")
        try expectSuccess("run", "p")
        #expect(try Program.run("/usr/bin/env", ["python3", "-c", forget], in: work.folder.path).code == 0)
        try work.folder.write("tmdb\n", to: "out/x.csv")
        try expectRefusal("out/x.csv has changed since this pipeline made it in the run ")
    }

    @Test func `every part that is there is looked at, and none that only looks like one`() throws {
        try work.folder.write("mine", to: "out/x.csv")
        for name in ["x-2019.csv", "x-1.csv", "x-02.txt", "y-02.csv", "x-.csv"] {
            try work.folder.write("mine", to: "out/\(name)")
        }
        try FileManager.default.removeItem(atPath: work.folder.path("out/x.csv"))
        try write("p", rows: 5, "max_rows = 2")
        try expectSuccess("run", "p")
        #expect(work.files(in: "out").filter { $0.hasPrefix("x-0") && $0.hasSuffix("csv") }.count == 3)
        // Without parts, their names are nothing to the sink.
        try write("q", path: "out/x.csv")
        try expectSuccess("check", "q")
        // A fourth part that somebody has put there; this pipeline may come to it.
        try work.folder.write("mine", to: "out/x-04.csv")
        let outcome = try work.sprocket("run", "p")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("out/x-04.csv is there already, and this pipeline did not make it"))
    }

    @Test func `a dry run looks at nothing, and replaces nothing`() throws {
        try work.folder.write("mine", to: "out/x.csv")
        try write()
        try expectSuccess("run", "p", "--dry-run")
        #expect(try work.folder.text(of: "out/x.csv") == "mine")
    }

    @Test func `the demo leaves what a user has made of an own export`() throws {
        try work.export([
            "watched-history-1.json": "[\(Workplace.play(1, at: "2020-01-01T12:00:00.000Z"))]"
        ])
        try expectSuccess("run", "demo")
        try expectSuccess("run", "trakt-export-to-letterboxd", "-D", "export=export.zip", "-D", "zone=UTC")
        let own = try work.folder.bytes(of: "exports/diary.csv")
        try expectSuccess("run", "demo")
        try expectSuccess("run", "generate-to-csv")
        #expect(try work.folder.bytes(of: "exports/diary.csv") == own)
        #expect(work.files().filter { !$0.hasPrefix("demo/") } == ["diary.csv"])
        // And where it is sent there, it is refused.
        let outcome = try work.sprocket("run", "demo", "-D", "out=exports")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("the pipeline 'trakt-export-to-letterboxd' made it"))
        #expect(try work.folder.bytes(of: "exports/diary.csv") == own)
    }

    struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let section: String
        let own: String
    }

    @Test(arguments: [
        Kind(
            testDescription: "prometheus",
            section: "[exporter.f]\nuse = \"prometheus\"\npath = \"out/f\"",
            own: "# HELP sprocket_x y\n"
        ),
        Kind(
            testDescription: "json-file",
            section: "[exporter.f]\nuse = \"json-file\"\npath = \"out/f\"",
            own: "{\"pipeline\":\"p\"}\n"
        ),
        Kind(
            testDescription: "json-file that adds",
            section: "[exporter.f]\nuse = \"json-file\"\nappend = true\npath = \"out/f\"",
            own: "{\"pipeline\":\"p\"}\n"
        ),
        Kind(
            testDescription: "rejected records",
            section: "[run]\non_reject = { limit = 1, keep = \"out/f\" }",
            own: "{\"stage\":\"s\"}\n"
        ),
    ])
    func `metrics and rejected records replace their own kind and nothing else`(kind: Kind) throws {
        for (text, code) in [(kind.own, Int32(0)), ("", 0), ("my notes\n", 2), ("# my notes\n", 2)] {
            try work.folder.write(
                "\(kind.section)\n[[source]]\nuse = \"generate\"\nrows = 1\n[[sink]]\nuse = \"null\"",
                to: "pipelines/p.toml"
            )
            try work.folder.write(text, to: "out/f")
            for verb in ["check", "run"] {
                let outcome = try work.sprocket(verb, "p")
                #expect(outcome.code == code, "\(verb) '\(text)': \(outcome.errors)")
                #expect(
                    outcome.errors.contains(
                        "error[pipeline.existing-file]: out/f exists and contains something other than"
                    ) == (code == 2)
                )
            }
            if code == 2 { #expect(try work.folder.text(of: "out/f") == text) }
        }
    }

    @Test func `two steps that would write one file are refused, unless the later one says that it replaces`() throws {
        try write("one")
        try write("two")
        try work.folder.write("[[step]]\nrun = \"one\"\n[[step]]\nrun = \"two\"", to: "pipelines/night.toml")
        for arguments in [["check", "night"], ["run", "night"], ["run", "one", "two"]] {
            let outcome = try Program.run(Program.path, arguments, in: work.folder.path)
            #expect(outcome.code == 2, "\(outcome.errors)")
            #expect(
                outcome.errors.hasPrefix(
                    "pipelines/two.toml:7:8: error[pipeline.same-file]: the sink 'csv' would write to the file that "
                        + "the sink 'csv' of 'one' has written just before: out/x.csv"
                ),
                "\(outcome.errors)"
            )
        }
        #expect(work.files(in: "out") == [])
        try write("two", .csv, "on_existing = \"replace\"")
        try expectSuccess("check", "night")
        try expectSuccess("run", "night")
        // The next night the first step would replace what the second has made, unless it says so as well.
        #expect(try work.sprocket("run", "night").code == 2)
        try write("one", .csv, "on_existing = \"replace\"")
        try expectSuccess("run", "night")
    }

    @Test(arguments: ["pipelines/night.toml", "pipelines/one.toml", "pipelines/two.toml", "where.txt"])
    func `no step writes over the files of its chain`(path: String) throws {
        try work.folder.write("out", to: "where.txt")
        try write("one", path: "${file:where.txt}/one.csv")
        try write("two", path: path, "on_existing = \"replace\"")
        try work.folder.write(
            "[vars]\nunused = { default = \"${file:where.txt}\" }\n[[step]]\nrun = \"one\"\n[[step]]\nrun = \"two\"",
            to: "pipelines/night.toml"
        )
        let before = try work.folder.bytes(of: path)
        for verb in ["check", "run"] {
            let outcome = try work.sprocket(verb, "night")
            #expect(outcome.code == 2)
            #expect(outcome.errors.contains("error[pipeline.same-file]: the sink 'csv' would write to the file of "))
        }
        #expect(try work.folder.bytes(of: path) == before)
        #expect(work.files(in: "out") == [])
    }
}
