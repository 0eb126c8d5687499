import Diagnostics
import Foundation
import Pipelines
import PluginKit
import PluginTestKit
import StateStore
import TestPipelines
import Testing

@testable import Runs

/// A source that finds out by itself what is new: files that have come, grown or changed since the last complete run.
@Suite struct NewsTests {
    private let workshop: Workshop

    init() throws { workshop = Workshop(try TemporaryFolder(.inMemory)) }

    private func write(_ text: String, to name: String, secondsAgo: Int = 1000) throws {
        try workshop.folder.write(text, to: name)
        // Otherwise, a line without an end is taken for one that is being written.
        let time = Date(timeIntervalSinceNow: -Double(secondsAgo))
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: workshop.folder.path(name))
    }

    /// Runs it: the lines that it wrote, or how it ended.
    private func run(
        _ path: String = "in/*.log",
        scope: RunScope = RunScope(),
        log: StageLog = StageLog(),
        sink: String = ""
    ) async throws -> String {
        let text = """
            name = "p"
            [[source]]
            use = "logs"
            path = "@/\(path)"
            since = "last-run"
            [[sink]]
            use = "lines"
            path = "@/out.txt"
            on_existing = "replace"
            \(sink)
            """
        let file = workshop.folder.path("p.toml")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let report = try await workshop.runStored(text, scope: scope, file: file, log: log).report
        return report.ending == "published" ? try workshop.lines("out.txt").joined(separator: " ") : report.ending
    }

    @Test func `a run reads what is new, and everything once the bookmark is forgotten`() async throws {
        try write("1\n2\n", to: "in/a.log")
        try write("3\n", to: "in/b.log")
        #expect(try await run() == "1 2 3")
        #expect(try await run() == "nothing new")
        // A file has grown, one is new.
        try write("1\n2\n4\n", to: "in/a.log", secondsAgo: 500)
        try write("5\n", to: "in/c.log")
        #expect(try await run() == "4 5")
        #expect(try await run() == "nothing new")
        let store = try RunStores(in: workshop.folder.path("state")).open(for: "p")
        #expect(try store.bookmarks(of: "p").map(\.bookmark.cursor).first == "3 files")
        _ = try store.resetBookmarks(of: "p")
        #expect(try await run() == "1 2 4 3 5")
    }

    @Test(arguments: [("6\n7\n", "has other contents"), ("1\n", "is shorter than what was read of it")])
    func `a file that was replaced is read again, with a note`(text: String, words: String) async throws {
        try write("1\n2\n", to: "in/a.log")
        #expect(try await run() == "1 2")
        try write(text, to: "in/a.log", secondsAgo: 500)
        let log = StageLog()
        #expect(try await run(log: log) == text.split(separator: "\n").joined(separator: " "))
        #expect(
            log.all.map(\.message).filter { !$0.contains("state") }.map {
                $0.replacing(workshop.folder.path, with: "@")
            }
                == [
                    "@/in/a.log \(words): it is read from its start, so records of it that an earlier run has "
                        + "delivered may come again"
                ]
        )
    }

    @Test func `a file that was only touched or renamed is not read again`() async throws {
        try write("1\n2\n", to: "in/a.log")
        try write("3\n", to: "in/b.log")
        #expect(try await run() == "1 2 3")
        try write("1\n2\n", to: "in/a.log", secondsAgo: 10)
        let (old, new) = (workshop.folder.path("in/b.log"), workshop.folder.path("in/z.log"))
        try FileManager.default.moveItem(atPath: old, toPath: new)
        #expect(try await run() == "")
    }

    @Test func `a last line that may still be written is left to a later run`() async throws {
        try write("1\n2", to: "in/a.log", secondsAgo: -10_000)
        #expect(try await run() == "1")
        #expect(try await run() == "nothing new")
        // When nobody has written to it for a while, it is read.
        let time = Date(timeIntervalSinceNow: -100)
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: workshop.folder.path("in/a.log"))
        #expect(try await run() == "2")
    }

    @Test func `a run that does not read everything moves no bookmark`() async throws {
        try write("1\n2\n", to: "in/a.log")
        try write("3\n", to: "in/b.log")
        #expect(try await run(scope: RunScope(limit: 1)) == "1")
        #expect(try await run(sink: "fail = \"finish\"").contains("the ink does not dry"))
        #expect(try await run() == "1 2 3")
    }

    @Test func `another folder is another source`() async throws {
        try write("1\n", to: "in/a.log")
        try write("2\n", to: "other/a.log")
        #expect(try await run() == "1")
        let error = await #expect(throws: DiagnosticList.self) { try await run("other/*.log") }
        #expect(error?.all.first?.code == "pipeline.other-source")
    }

    @Test func `standard input cannot be read incrementally`() async throws {
        let error = await #expect(throws: DiagnosticList.self) {
            try await workshop.plan(
                "name = \"p\"\n[[source]]\nuse = \"logs\"\npath = \"-\"\nsince = \"last-run\"\n[[sink]]\nuse = \"lines\"\npath = \"@/x\""
            )
        }
        #expect(error?.all.first?.code == "pipeline.since")
    }
}
