import Diagnostics
import Formats
import Foundation
import PluginKit
import PluginTestKit
import StateStore
import TestTags
import Testing

@Suite(.tags(.process)) struct StateTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    @Test func `history lists runs, the newest first, and shows the report of one`() throws {
        #expect(try work.sprocket("history").output == "no runs yet in '.sprocket'\n")
        #expect(try work.sprocket("run", "demo").code == 0)
        #expect(try work.sprocket("run", "trakt-export-to-letterboxd", "-D", "export=nowhere.zip").code == 3)
        let lines = try work.sprocket("history").output.split(separator: "\n").map {
            $0.split(separator: " ").map(String.init)
        }
        #expect(lines.map { $0[1...2] } == [["trakt-export-to-letterboxd", "failed"], ["demo", "complete"]])
        let report = try work.sprocket("history", lines[1][0], "--json")
        #expect(report.code == 0)
        #expect(report.output.contains("\"outcome\":\"published\""))
        let text = try work.sprocket("history", lines[1][0])
        #expect(text.code == 0)
        #expect(text.output.hasPrefix("demo: published\n  run            \(lines[1][0])\n"))
        #expect(text.output.contains("\n    exports/demo/watchlist.csv"))
        let unknown = try work.sprocket("history", "20200101T000000Z-1")
        #expect(unknown.code == 2)
        #expect(unknown.errors.hasPrefix("error[command.run]: there is no run '20200101T000000Z-1'"))
    }

    @Test func `a second run of a pipeline is refused while the first lives, and not after it was killed`() throws {
        try work.addWaitingPipeline()
        let script = """
            "\(Program.path)" run waiting & pid=$!
            until [ -s .sprocket/locks/waiting.lock ]; do sleep 0.02; done
            "\(Program.path)" run waiting 2>second.txt; echo "$pid $?"
            kill -KILL $pid; wait $pid 2>/dev/null
            "\(Program.path)" run waiting -D per=1ms 2>third.txt; echo "$?"
            """
        let outcome = try Program.run("/bin/sh", ["-c", script], in: work.folder.path)
        let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let second = try work.folder.text(of: "second.txt")
        #expect(lines[0][1] == "3")
        #expect(
            second.contains(
                "error[environment.locked]: the pipeline 'waiting' is running already: process \(lines[0][0])"
            )
        )
        let third = try work.folder.text(of: "third.txt")
        #expect(lines[1] == ["0"], "\(third)")
        #expect(work.files() == ["numbers.csv"])
    }

    /// Leaves what a power cut leaves between the intent to publish and the last rename.
    private func cutOff(_ files: [(name: String, text: String, isRenamed: Bool)]) throws {
        let store = try RunStore(in: work.folder.path(".sprocket"))
        let run = RunIdentity(pipeline: "demo", id: "20260101T000000Z-1", date: "2026-01-01", time: "000000")
        try store.begin(run, configuration: "x", at: 0)
        let publications = try files.map { file in
            let path = "exports/\(file.name)"
            try work.folder.write(file.text, to: file.isRenamed ? path : path + ".part")
            let bytes = Array(file.text.utf8)
            return IntendedFile(
                temporaryPath: path + ".part",
                path: path,
                bytes: bytes.count,
                crc32: CRC32(of: bytes).value
            )
        }
        try store.intend(Intention(files: publications), of: run)
    }

    @Test func `files that a run was cut off publishing get their names at the next start`() throws {
        try cutOff([("one.csv", "first", true), ("two.csv", "second", false)])
        let outcome = try work.sprocket("run", "demo")
        #expect(outcome.code == 0)
        #expect(outcome.errors.contains("demo: the run 20260101T000000Z-1 was cut off while it published"))
        #expect(try work.folder.text(of: "exports/two.csv") == "second")
        #expect(
            work.files() == [
                "demo/diary.csv", "demo/ratings.csv", "demo/watchlist.csv", "one.csv", "two.csv",
            ]
        )
        #expect(try work.sprocket("history").output.contains("20260101T000000Z-1"))
    }

    @Test func `a file that somebody changed meanwhile is not published, until the run is given up`() throws {
        try cutOff([("one.csv", "first", false)])
        try work.folder.write("other", to: "exports/one.csv.part")
        let refused = try work.sprocket("run", "demo")
        #expect(refused.code == 3)
        #expect(refused.errors.hasPrefix("exports/one.csv: error[state.publication]"))
        #expect(work.files() == ["one.csv.part"])
        #expect(try work.sprocket("run", "demo", "--restart").code == 0)
    }
}
