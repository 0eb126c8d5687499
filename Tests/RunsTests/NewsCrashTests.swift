import Foundation
import Pipelines
import PluginKit
import PluginTestKit
import StateStore
import TestPipelines
import TestTags
import Testing

@testable import Runs

/// The bookmark of files is stored with the completion of a run: stopped at any durable step, no record is lost, and none
/// comes twice.
@Suite(.tags(.crash)) struct NewsCrashTests {
    private static let text = """
        name = "p"
        [run]
        checkpoint_every = 1
        [[source]]
        use = "logs"
        path = "@/in/*.log"
        since = "last-run"
        [[sink]]
        use = "lines"
        path = "@/out.txt"
        on_existing = "replace"
        """

    private static func write(_ text: String, to name: String, in folder: TemporaryFolder, secondsAgo: Int) throws {
        try folder.write(text, to: name)
        let time = Date(timeIntervalSince1970: 1_700_000_000 - Double(secondsAgo))
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: folder.path(name))
    }

    @Sendable private static func run(_ folder: TemporaryFolder) async throws {
        let workshop = Workshop(folder)
        // A run that was stopped while it published is completed by the next start.
        if try RunHistory(in: folder.path("state")).runs().first?.status == "intended" {
            try await RunStart.journal(in: folder.path("state")) { try await workshop.plan(text) }.journal.giveUp()
            return
        }
        let ending = try await workshop.runStored(text).report.ending
        // Stopped after the last step, there is nothing left to do.
        guard ending == "published" || ending == "nothing new" else { throw CrashTests.Unfinished(ending: ending) }
    }

    @Test func `stopped at any step, the next run reads what this one did not`() async throws {
        let matrix = CrashMatrix(
            prepare: { folder in
                try Self.write("1\n2\n", to: "in/a.log", in: folder, secondsAgo: 1000)
                try Self.write("3\n", to: "in/b.log", in: folder, secondsAgo: 1000)
            },
            run: { folder, _ in try await Self.run(folder) },
            outcome: { folder in
                let first = try folder.text(of: "out.txt")
                try Self.write("1\n2\n4\n", to: "in/a.log", in: folder, secondsAgo: 500)
                try await Faults.$current.withValue(nil) { try await Self.run(folder) }
                return first + "then\n" + (try folder.text(of: "out.txt"))
            }
        )
        let (_, outcome) = try await matrix.rehearse()
        #expect(outcome == "1\n2\n3\nthen\n4\n")
        #expect(try await matrix.verify([.stop]) { $0.side == .after } > 20)
    }
}
