import Foundation
import PluginTestKit
import TestTags
import Testing

/// Outputs of every kind over everything that a run reads, writes or depends on: refused by `check` and by `run`, with
/// nothing replaced.
@Suite(.tags(.process)) struct FileClashTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        let play = Workplace.play(1, at: "2020-01-01T12:00:00.000Z")
        try work.export(["watched-history-1.json": "[\(play)]"], as: "e.zip")
        try work.export(["watched-history-1.json": "[]"], as: "other.zip")
        try work.folder.write("words\n", to: "words.txt")
        try work.folder.write("[]", to: "unpacked/watched-history-1.json")
        try work.folder.write("{}", to: "home/.config/sprocket/trakt.json")
        try work.folder.write("made with care", to: "answers.db")
        try work.folder.write("made with care", to: "out/main.csv.part")
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: work.folder.path("here"), withDestinationPath: ".")
        try manager.createSymbolicLink(atPath: work.folder.path("soft.zip"), withDestinationPath: "e.zip")
        try manager.linkItem(atPath: work.folder.path("e.zip"), toPath: work.folder.path("hard.zip"))
        try manager.linkItem(
            atPath: work.folder.path("unpacked/watched-history-1.json"),
            toPath: work.folder.path("unpacked/second-name.json")
        )
        // A state, so that its files are there.
        try work.folder.write(
            "[[source]]\nuse = \"generate\"\nrows = 1\n[[sink]]\nuse = \"null\"",
            to: "pipelines/first.toml"
        )
        #expect(try work.sprocket("run", "first").code == 0)
        try manager.linkItem(atPath: work.folder.path(".sprocket/state.db"), toPath: work.folder.path("state-link"))
    }

    enum Output: String, CaseIterable, Sendable {
        case csv, parts, jsonLines, letterboxd, kept, prometheus, jsonFile, appended, report

        /// The section that writes to a path, and how messages call it.
        func section(_ path: String) -> (text: String, name: String) {
            let path = "path = \"\(path)\""
            return switch self {
            case .csv: ("[[sink]]\nuse = \"csv\"\nname = \"it\"\n\(path)\non_existing = \"replace\"", "the sink 'it'")
            case .parts: ("[[sink]]\nuse = \"csv\"\nname = \"it\"\nmax_rows = 1\n\(path)", "the sink 'it'")
            case .jsonLines: ("[[sink]]\nuse = \"json-lines\"\nname = \"it\"\n\(path)", "the sink 'it'")
            case .letterboxd:
                ("[[sink]]\nuse = \"letterboxd\"\nname = \"it\"\ntime_zone = \"UTC\"\n\(path)", "the sink 'it'")
            case .kept: ("", "rejected records")
            case .prometheus: ("[exporter.it]\nuse = \"prometheus\"\n\(path)", "the exporter 'it'")
            case .jsonFile: ("[exporter.it]\nuse = \"json-file\"\n\(path)", "the exporter 'it'")
            case .appended: ("[exporter.it]\nuse = \"json-file\"\nappend = true\n\(path)", "the exporter 'it'")
            case .report: ("", "--report")
            }
        }
    }

    /// What is written over: the path, and whose it is.
    static let victims: [(path: String, owner: String)] = [
        ("e.zip", "the source 'plays'"), ("./e.zip", "the source 'plays'"), ("out/../e.zip", "the source 'plays'"),
        ("here/e.zip", "the source 'plays'"), ("soft.zip", "the source 'plays'"), ("hard.zip", "the source 'plays'"),
        ("unpacked/x.csv", "the source 'folder'"), ("here/unpacked/deep/x.csv", "the source 'folder'"),
        ("pipelines/p.toml", "the pipeline itself"), ("here/pipelines/../pipelines/p.toml", "the pipeline itself"),
        ("words.txt", "'${file:words.txt}'"), ("defaults.txt", "'${file:defaults.txt}'"),
        (".sprocket/state.db", "the state of runs"), ("here/.sprocket/state.db-wal", "the state of runs"),
        (".sprocket/locks/first.lock", "the state of runs"), (".sprocket/cache.db", "the state of runs"),
        (".sprocket/kept.db", "the state of runs"), ("state-link", "the state of runs"),
        ("answers.db", "the layer 'answers'"), ("answers.db-wal", "the layer 'answers'"),
        ("home/.config/sprocket/trakt.json", "the sign-ins"),
        ("out/main.csv", "the sink 'main'"), ("here/out/main.csv.part", "the sink 'main'"),
        ("figures.prom", "the exporter 'figures'"),
    ]

    private func pipeline(_ output: Output, _ path: String) -> String {
        let keep = output == .kept ? ", keep = \"\(path)\"" : ""
        return """
            [vars]
            word = "${file:defaults.txt}"
            [run]
            on_reject = { limit = 1\(keep) }
            [middleware.answers]
            use = "cache"
            store = "disk"
            path = "answers.db"
            [[source]]
            use = "trakt-export"
            name = "plays"
            path = "e.zip"
            data = "history"
            [[source]]
            use = "trakt-export"
            name = "folder"
            path = "unpacked"
            data = "history"
            [[sink]]
            use = "csv"
            name = "main"
            path = "out/main.csv"
            null = "${file:words.txt}${var:word}"
            [exporter.figures]
            use = "prometheus"
            path = "figures.prom"
            \(output.section(path).text)
            """
    }

    private func state() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        // The state's own files change when it is looked at.
        for name in work.folder.files where !name.hasPrefix(".sprocket/") && !name.hasPrefix("here/") {
            files[name] = try work.folder.bytes(of: name)
        }
        return files
    }

    @Test(arguments: Output.allCases)
    func `an output over something of the run is refused by check and run, and nothing is touched`(
        output: Output
    ) throws {
        try work.folder.write("w", to: "defaults.txt")
        for (path, owner) in Self.victims {
            try work.folder.write(pipeline(output, path), to: "pipelines/p.toml")
            let environment = ["HOME": work.folder.path("home"), "XDG_CONFIG_HOME": ""]
            let before = try state()
            let more = output == .report ? ["--report", path] : []
            for verb in output == .report ? ["run"] : ["check", "run"] {
                let outcome = try Program.run(
                    Program.path,
                    [verb, "p"] + more,
                    in: work.folder.path,
                    environment: environment
                )
                #expect(outcome.code == 2, "\(verb) \(output) \(path): \(outcome.errors)")
                let line = try #require(
                    outcome.errors.split(separator: "\n").first {
                        $0.contains(output == .report ? "error[command.report]" : "error[pipeline.same-file]")
                    },
                    "\(verb) \(output) \(path): \(outcome.errors)"
                )
                // The one that comes later in the run's own order is refused; both are named.
                #expect(line.contains(output.section(path).name), "\(verb) \(output) \(path): \(line)")
                #expect(line.contains(owner), "\(verb) \(output) \(path): \(line)")
                #expect(try state() == before, "\(verb) \(output) \(path)")
            }
        }
    }
}
