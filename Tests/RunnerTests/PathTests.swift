import Foundation
import PluginTestKit
import TestTags
import Testing

/// Paths that are not what they seem: `~`, which no shell has made a folder of, and names that are too long.
@Suite(.tags(.process)) struct PathTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            """
            [vars]
            out = { default = "out/a.csv" }
            keep = { default = "out/rejects.jsonl" }
            metrics = { default = "out/metrics.prom" }
            [run]
            on_reject = { limit = 1, keep = "${var:keep}" }
            [[source]]
            use = "generate"
            rows = 20
            [[sink]]
            use = "csv"
            path = "${var:out}"
            [exporter.metrics]
            use = "prometheus"
            path = "${var:metrics}"
            """,
            to: "a.toml"
        )
        for (name, section) in [
            ("json", "[[sink]]\nuse = \"json-lines\"\npath = \"~/x.jsonl\""),
            ("diary", "[[sink]]\nuse = \"letterboxd\"\npath = \"~/x.csv\""),
            (
                "cache",
                "[[sink]]\nuse = \"null\"\n[middleware.cache]\nuse = \"cache\"\nstore = \"disk\"\npath = \"~/c.db\""
            ),
        ] {
            try folder.write("[[source]]\nuse = \"generate\"\nrows = 2\n\(section)", to: "\(name).toml")
        }
        try folder.write(
            "[[source]]\nuse = \"trakt-export\"\npath = \"~/e.zip\"\ndata = \"history\"\n[[sink]]\nuse = \"null\"",
            to: "export.toml"
        )
    }

    private func sprocket(_ words: [String]) throws -> Program.Outcome {
        try Program.run(Program.path, words, in: folder.path, environment: ["HOME": "/home/me"])
    }

    @Test(arguments: [
        ["run", "a.toml", "-D", "out=~/lb/a.csv"], ["check", "a.toml", "-D", "out=~/lb/a.csv"],
        ["run", "a.toml", "-D", "out=~"], ["run", "a.toml", "-D", "out=~somebody/a.csv"],
        ["run", "a.toml", "-D", "keep=~/r.jsonl"], ["run", "a.toml", "-D", "metrics=~/m.prom"],
        ["run", "a.toml", "--report", "~/r.json"], ["run", "a.toml", "--state=~/s"], ["run", "a.toml", "-C", "~/w"],
        ["run", "~/a.toml"], ["history", "--state", "~/s"], ["state", "show", "--state", "~/s"],
        ["cache", "show", "--file", "~/c.db"], ["describe", "--to", "~/pages"], ["run", "json.toml"],
        ["run", "diary.toml"], ["check", "diary.toml"], ["check", "cache.toml"], ["run", "export.toml"],
    ])
    func `a path that begins with '~' is refused, and no folder of that name comes into being`(words: [String]) throws {
        let before = folder.files
        let outcome = try sprocket(words)
        guard words != ["check", "cache.toml"] else {
            // The cache opens its file with the first answer; nothing is made by looking at the pipeline.
            #expect(!FileManager.default.fileExists(atPath: folder.path("~")))
            return
        }
        #expect(outcome.code == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains("error[option.home]: "), "\(outcome.errors)")
        #expect(!outcome.errors.contains("write '/home/me") || !words.contains { $0.contains("somebody") })
        #expect(!FileManager.default.fileExists(atPath: folder.path("~")))
        #expect(folder.files.filter { !$0.hasPrefix(".sprocket/") } == before)
    }

    @Test func `the refusal names the folder that was meant, and the way to a file that is called so`() throws {
        let outcome = try sprocket(["run", "a.toml", "--report", "~/r.json"])
        #expect(
            outcome.errors == """
                error[option.home]: only a shell expands '~', and it did not expand it here: ~/r.json
                  hint: write '/home/me/r.json', or in a pipeline file '${env:HOME}/r.json'; for a file or folder of that name \
                write './~/r.json'

                """
        )
        #expect(try sprocket(["run", "a.toml", "-D", "out=./~/a.csv"]).code == 0)
        #expect(folder.files.contains("~/a.csv"))
    }

    @Test(arguments: [240, 246, 247, 250, 251, 255, 256, 300])
    func `a name may be as long as the system takes it, temporary names or not`(length: Int) throws {
        let name = String(repeating: "a", count: length - 4) + ".csv"
        // A second run replaces the file of the first.
        for _ in 0..<2 {
            let outcome = try sprocket(["run", "a.toml", "-D", "out=\(name)"])
            guard length > 255 else {
                #expect(outcome.code == 0, "\(outcome.errors)")
                continue
            }
            #expect(outcome.code == 3)
            #expect(
                outcome.errors.contains(
                    "a.toml:12:8: error[file.name-too-long]: \(name): the name 'aaaaaaaaaaaaaaaaaaaa…' has \(length) bytes, and a name may have 255"
                ),
                "\(outcome.errors)"
            )
        }
        let made = folder.files.filter { $0.hasPrefix("a") && $0 != "a.toml" }
        #expect(made == (length > 255 ? [] : [name]))
    }

    @Test(arguments: [400, 470, 520, 600]) func `a folder that is too deep for a database is reported`(depth: Int)
        throws
    {
        var path = folder.path
        while path.utf8.count < depth { path += "/" + String(repeating: "s", count: min(90, depth - path.utf8.count)) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: folder.path("a.toml"), toPath: path + "/a.toml")
        let outcome = try Program.run(Program.path, ["run", "a.toml"], in: path)
        if depth < 480 {
            #expect(outcome.code == 0, "\(outcome.errors)")
        } else {
            let count = path.utf8.count + "/.sprocket/state.db".utf8.count
            #expect(outcome.code == 3)
            #expect(
                outcome.errors.contains(
                    ".sprocket/state.db: error[file.path-too-long]: the path of this database has \(count) bytes from the root, "
                        + "and SQLite opens at most 500"
                ),
                "\(outcome.errors)"
            )
            // Nothing but the state has to be elsewhere.
            #expect(try Program.run(Program.path, ["run", "a.toml", "--state", folder.path("s")], in: path).code == 0)
            #expect(FileManager.default.fileExists(atPath: path + "/out/a.csv"))
        }
    }

    @Test func `the name of a pipeline may be long`() throws {
        let name = String(repeating: "p", count: 240)
        try FileManager.default.copyItem(atPath: folder.path("a.toml"), toPath: folder.path(name + ".toml"))
        #expect(try sprocket(["run", name + ".toml"]).code == 0)
    }
}
