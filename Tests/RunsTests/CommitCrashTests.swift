import Diagnostics
import Foundation
import PluginKit
import PluginTestKit
import Runs
import TestPipelines
import TestTags
import Testing

/// A run into a file, a table and an upload is cut off at any side effect: it leaves all three, each row once, and nothing
/// that was begun.
@Suite(.tags(.crash)) struct CommitCrashTests {
    static let pipeline = """
        name = "commits"
        [run]
        checkpoint_every = 2
        [[source]]
        use = "numbers"
        count = 12
        page = 3
        [[sink]]
        use = "lines"
        path = "@/out/all.txt"
        [[sink]]
        use = "table"
        path = "@/table/state.db"
        key = "n"
        [[sink]]
        use = "upload"
        server = "@/server"
        object = "numbers"
        column = "n"
        """

    /// What is visible, and what was begun and is not.
    struct Outcome: Equatable, Sendable {
        let files: [String: String]
        let rows: [Int]
        let staged: Int
        let objects: [String: String]
        let uploads: [String]
        let statuses: Set<String>

        init(_ folder: TemporaryFolder) throws {
            files = try FolderContents(of: folder) { $0.hasPrefix("out/") }.files
                .mapValues { String(decoding: $0, as: UTF8.self) }
            let table = TableDatabase(folder.path("table/state.db"))
            rows = try table.keys()
            staged = try table.staged()
            let server = UploadServer.at(folder.path("server"))
            objects = server.objects
            uploads = server.open()
            statuses = Set(try RunHistory(in: folder.path("state")).runs().map(\.status)).intersection(["complete"])
        }
    }

    @Sendable static func run(_ folder: TemporaryFolder) async throws {
        let workshop = Workshop(folder)
        let statuses = try RunHistory(in: folder.path("state")).runs().map(\.status)
        // Cut off after its last step: another run would be one more.
        if statuses.first == "complete" { return }
        if statuses.first == "intended" || statuses.contains("complete") {
            // The next start completes it, or removes what the start before had begun: there is nothing more to do.
            let (_, journal, _) = try await RunStart.journal(in: folder.path("state")) {
                try await workshop.plan(pipeline)
            }
            journal.giveUp()
            return
        }
        let (report, _) = try await workshop.runStored(pipeline)
        guard report.ending == "published" else { throw CrashTests.Unfinished(ending: report.ending) }
    }

    static let matrix = CrashMatrix(run: { folder, _ in try await run(folder) }, outcome: { try Outcome($0) })

    @Test func `undisturbed, a run leaves a file, rows and an object`() async throws {
        let (steps, outcome) = try await Self.matrix.rehearse()
        let numbers = Array(1...12)
        #expect(outcome.files == ["out/all.txt": numbers.map { "\($0)\n" }.joined()])
        #expect(outcome.rows == numbers)
        #expect(outcome.objects == ["numbers": numbers.map { "\($0)\n" }.joined()])
        #expect(outcome.staged == 0 && outcome.uploads == [] && outcome.statuses == ["complete"])
        #expect(steps.contains { $0.subject == "table commit" } && steps.contains { $0.subject == "upload complete" })
    }

    @Test func `cut off before or after any side effect, a run comes to the same end`() async throws {
        let count = try await Self.matrix.verify()
        #expect(count > 80)
    }

    /// How far apart the points are at which the resumed run is cut off again: nine, or what `SPROCKET_SECOND_CUTS` says.
    private static let distance =
        ProcessInfo.processInfo.environment["SPROCKET_SECOND_CUTS"].flatMap { Int($0) }.map { max($0, 1) } ?? 9

    @Test func `cut off again while it resumes, it comes to the same end`() async throws {
        let count = try await Self.matrix.verifyTwice(every: Self.distance) { step in
            step.act == .commit || step.act == .rename
        }
        #expect(count > 1500 / Self.distance)
    }
}
