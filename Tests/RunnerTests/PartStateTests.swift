import Foundation
import PluginTestKit
import StateStore
import TestTags
import Testing

/// The state of the parts of a divided run, in a folder that all of them share.
@Suite(.tags(.crash, .process, .waits)) struct PartStateTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        try work.folder.write(Self.pipeline("films"), to: "pipelines/films.toml")
    }

    private static func pipeline(_ name: String, rows: Int = 4000) -> String {
        """
        [run]
        checkpoint_every = "1ms"
        [[source]]
        use = "generate"
        rows = \(rows)
        page_size = 20
        columns = ["id: sequence", "title: text 4..24"]
        [[sink]]
        use = "csv"
        path = "out/\(name).csv"
        """
    }

    /// The files of the state that share memory between processes, or were left of a change.
    private var besides: [String] {
        work.folder.files.filter { file in
            file.hasPrefix(".sprocket/") && ["-shm", "-wal", "-journal"].contains(where: file.hasSuffix)
        }
    }

    private func ids(_ files: [String]) throws -> [Int] {
        try files.flatMap { try work.csv("out/" + $0).compactMap { $0["id"].flatMap { Int($0) } } }.sorted()
    }

    private func names(of parts: Int) -> [String] { (1...parts).map { "films-\($0)of\(parts).csv" } }

    @Test func `eight parts and another pipeline simultaneously share a folder, and no memory`() async throws {
        try work.folder.write(Self.pipeline("other"), to: "pipelines/other.toml")
        let parts = (1...8).map { ["run", "films", "--partition", "\($0)/8"] }
        let running = try (parts + [["run", "other"]]).map {
            try Program.Running(Program.path, $0, in: work.folder.path)
        }
        for one in running {
            let outcome = try await one.ended
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        #expect(try ids(names(of: 8)) == Array(1...4000))
        #expect(try ids(["other.csv"]) == Array(1...4000))
        let databases = work.folder.files.filter { $0.hasSuffix(".db") && $0.hasPrefix(".sprocket/") }
        let expected = (1...8).map { ".sprocket/parts/films%20\($0)of8.db" } + [".sprocket/state.db"]
        #expect(databases == expected)
        #expect(besides == [])
        let history = try work.sprocket("history").output
        for part in 1...8 { #expect(history.contains("films \(part)of8  complete"), "\(history)") }
        #expect(history.split(separator: "\n").count == 9)
        let listed = try work.sprocket("history", "--pipeline", "films 3of8", "-n", "1").output
        #expect(listed.contains("films 3of8") && listed.split(separator: "\n").count == 1)
        // The report of one is found by its name, wherever it is.
        let run = try #require(listed.split(separator: " ").first)
        #expect(try work.sprocket("history", String(run)).code == 0)
    }

    /// Starts a part, kills it once it has stored some checkpoints, and returns whether it was caught.
    private func kill(_ part: Int, of parts: Int) async throws {
        let running = try Program.Running(
            "/usr/bin/env",
            ["nice", "-n", "10", Program.path, "run", "films", "--partition", "\(part)/\(parts)"],
            in: work.folder.path
        )
        let path = work.folder.path(".sprocket")
        try await onOwnThread {
            let stores = RunStores(in: path)
            let deadline = ContinuousClock.now + .seconds(30)
            while ContinuousClock.now < deadline {
                let run = try stores.history(of: "films \(part)of\(parts)", limit: 1).first
                if run?.checkpoint ?? 0 >= 2 { break }
                usleep(2000)
            }
            running.signal(SIGKILL)
        }
        #expect(try await running.ended.code == 128 + SIGKILL)
    }

    @Test func `a part that was killed is shown, continued and reset by what its own database says`() async throws {
        try work.folder.write(Self.pipeline("films", rows: 40_000), to: "pipelines/films.toml")
        try await kill(2, of: 4)
        let shown = try work.sprocket("state", "show", "films").output
        #expect(shown.contains(#/^films 2of4\n  last run .*: died: the process \d+ is gone\n/#), "\(shown)")
        let outcome = try work.sprocket("run", "films", "--partition", "2/4")
        #expect(outcome.code == 0 && outcome.errors.contains("resumed at checkpoint"), "\(outcome.errors)")
        try await kill(3, of: 4)
        let reset = try work.sprocket("state", "reset", "films")
        #expect(reset.code == 0, "\(reset.errors)")
        #expect(work.files(in: "out") == ["films-2of4.csv"])
        let anew = try work.sprocket("run", "films", "--partition", "3/4")
        #expect(anew.code == 0 && !anew.errors.contains("resumed at"), "\(anew.errors)")
        #expect(besides == [])
    }

    @Test func `what a part continues with stays, and is named to others with commands that work`() async throws {
        try work.folder.write(Self.pipeline("films", rows: 40_000), to: "pipelines/films.toml")
        try await kill(2, of: 4)
        #expect(try work.sprocket("run", "films").code == 0)
        #expect(work.files(in: "out") == ["films-2of4.csv.part", "films.csv"])
        // Another pipeline that would write the same file is refused, with commands that can be pasted.
        try work.folder.write(Self.pipeline("films-2of4"), to: "pipelines/other.toml")
        let refused = try work.sprocket("run", "other")
        #expect(refused.code != 0)
        #expect(refused.errors.contains("sprocket run films --partition 2/4 --restart"), "\(refused.errors)")
        #expect(refused.errors.contains("sprocket state reset 'films 2of4'"), "\(refused.errors)")
        #expect(try work.sprocket("state", "reset", "films 2of4").code == 0)
        #expect(try work.sprocket("run", "other").code == 0)
    }
}
