import Pipelines
import Runs
import PluginKit
import PluginTestKit
import Testing
import TestPipelines

/// A run that did not come to its end goes on where it was, unless something has changed.
@Suite struct ResumeTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private static let pipeline = """
        name = "long"
        [run]
        checkpoint_every = 1
        workers = 1
        [[source]]
        use = "numbers"
        count = 20
        page = 2
        [[transform]]
        use = "sum"
        [[sink]]
        use = "lines"
        path = "@/a.txt"
        columns = ["n", "sum"]
        """

    private static let expected = (1...20).map { "\($0),\($0 * ($0 + 1) / 2)" }

    /// Stops a run behind so many pages.
    private func stop(_ text: String = pipeline, behind pages: Int) async throws -> RunReport {
        let control = RunControl()
        return try await workshop.runStored(text, control: control) { progress in
            if progress.read >= pages * 2 { control.stop() }
        }.report
    }

    @Test(arguments: [1, 4, 9])
    func `a stopped run brings what it has read to the sinks, and the next one continues`(pages: Int) async throws {
        let stopped = try await stop(behind: pages)
        #expect(stopped.ending == "stopped")
        #expect(stopped.canBeResumed)
        #expect(stopped.read == pages * 2)
        #expect(try workshop.lines("a.txt.part") == Array(Self.expected[..<(pages * 2)]))

        let trace = Trace()
        let (report, _) = try await Trace.$current.withValue(trace) { try await workshop.runStored(Self.pipeline) }
        #expect(report.ending == "published")
        #expect(report.attempt == 2)
        #expect(report.resumedFrom != nil)
        #expect(report.read == 20)
        #expect(report.isBalanced)
        #expect(try workshop.lines("a.txt") == Self.expected)
        // No page is asked for again that a checkpoint covers.
        #expect(trace.all.first { $0.hasPrefix("numbers reads") } == "numbers reads \(pages * 2)")
        #expect(try RunHistory(in: workshop.folder.path("state")).runs().count == 1)
    }

    @Test(arguments: [0, 1, 4, 9])
    func `what was noted about records is counted once, over all attempts`(pages: Int) async throws {
        let text = Self.pipeline.replacing(
            "use = \"sum\"",
            with: "use = \"only\"\nreject = 7\nnote = \"numbers passed\""
        )
        .replacing(", \"sum\"]", with: "]")
        .replacing("workers = 1", with: "workers = 1\non_reject = { limit = 2 }")
        if pages > 0 { #expect(try await stop(text, behind: pages).ending == "stopped") }
        let (report, _) = try await workshop.runStored(text)
        #expect(report.ending == "published")
        #expect(report.remarks == ["only: 18 numbers passed", "lines: 18 lines"])
        #expect(report.rejected == 2)
    }

    @Test func `a report states the position that is stored, not the one that was read`() async throws {
        let text = Self.pipeline.replacing("checkpoint_every = 1", with: "checkpoint_every = 3")
            .replacing("page = 2", with: "page = 2\nfail_at = 15")
        let (report, _) = try await workshop.runStored(text)
        #expect(report.canBeResumed)
        let pipeline = try #require(try StateFolder(workshop.folder.path("state")).pipelines().first)
        let stored = try #require(pipeline.checkpoint?.positions.first)
        #expect(stored.position.contains(#""read":12"#) || stored.position.contains(#""read":6"#))
        #expect(report.stages.first { $0.name == "numbers" }?.cursorAfter == stored.position)
    }

    @Test func `a run whose sources are read continues with its sinks`() async throws {
        let text = Self.pipeline + "\nfail = \"finish\""
        #expect(try await workshop.runStored(text).report.ending.hasPrefix("error[lines.finish]"))
        let trace = Trace()
        let (again, _) = try await Trace.$current.withValue(trace) { try await workshop.runStored(text) }
        #expect(again.resumedFrom != nil)
        #expect(!trace.all.contains { $0.hasPrefix("numbers reads") })
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let before: String
        let after: String
        var isTakenUp = false
    }

    @Test(arguments: [
        Change(testDescription: "an option", before: "count = 20", after: "count = 21"),
        Change(testDescription: "a stage", before: "use = \"sum\"", after: "use = \"sum\"\nname = \"sum2\""),
        Change(testDescription: "the batch size", before: "[run]", after: "[run]\nbatch_size = 10"),
        Change(testDescription: "a comment", before: "[run]", after: "# more\n[run]", isTakenUp: true),
        Change(testDescription: "the workers", before: "workers = 1", after: "workers = 3", isTakenUp: true),
        Change(
            testDescription: "a layer",
            before: "[[source]]",
            after: "[middleware.again]\nuse = \"again\"\n[[source]]",
            isTakenUp: true
        ),
        Change(
            testDescription: "what is rejected",
            before: "[run]",
            after: "[run]\non_reject = { limit = 5 }",
            isTakenUp: true
        ),
    ])
    func `only a run of the same pipeline is resumed`(change: Change) async throws {
        _ = try await stop(behind: 3)
        let changed =
            change.testDescription == "a stage"
            ? Self.pipeline.replacing(change.before, with: change.after)
                .replacing("[\"n\", \"sum\"]", with: "[\"n\", \"sum2\"]")
            : Self.pipeline.replacing(change.before, with: change.after)
        let (report, givenUp) = try await workshop.runStored(changed)
        #expect(report.ending == "published")
        #expect((report.resumedFrom != nil) == change.isTakenUp)
        #expect((givenUp == nil) == change.isTakenUp)
        #expect(try workshop.lines("a.txt").prefix(20) == Self.expected[...])
    }

    @Test func `a run that is given up begins at the start, and its files go`() async throws {
        _ = try await stop(behind: 3)
        try workshop.folder.write("not of the run", to: "b.txt.part")
        let (report, givenUp) = try await workshop.runStored(Self.pipeline, restarts: true)
        #expect(report.attempt == 1)
        #expect(givenUp == nil)
        #expect(try workshop.lines("a.txt") == Self.expected)
        #expect(workshop.folder.files.filter { $0.hasSuffix(".part") } == ["b.txt.part"])
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: String?
        let words: String
    }

    @Test(arguments: [
        Damage(testDescription: "gone", bytes: nil, words: "is gone"),
        Damage(testDescription: "shorter", bytes: "1,1\n", words: "has 4 bytes, and had 27"),
        Damage(
            testDescription: "changed",
            bytes: "1,1\n2,3\n3,6\n4,10\n5,15\n6,22\n",
            words: "has changed in its first 27 bytes"
        ),
    ])
    func `a part that is not as it was is refused, with two ways on`(damage: Damage) async throws {
        _ = try await stop(behind: 3)
        if let bytes = damage.bytes {
            try workshop.folder.write(bytes, to: "a.txt.part")
        } else {
            FileSystem.remove(workshop.folder.path("a.txt.part"))
        }
        let refusal = try await #require(throws: Diagnostic.self) { try await workshop.runStored(Self.pipeline) }
        #expect(refusal.code == "state.part")
        #expect(refusal.message.contains(damage.words))
        #expect(refusal.hint == "restore the file, or start the run over: --restart")
        #expect(try await workshop.runStored(Self.pipeline, restarts: true).report.ending == "published")
    }

    @Test func `what a stage had to say before a run was stopped is reported at its end`() async throws {
        let text = Self.pipeline.replacing(
            "[[transform]]\n",
            with: "[[transform]]\nuse = \"only\"\nremark_at = 2\n[[transform]]\n"
        )
        _ = try await stop(text, behind: 3)
        let (report, _) = try await workshop.runStored(text)
        #expect(report.ending == "published")
        #expect(
            report.findings.map { $0.rendered() } == [
                "warning[only.odd]: only, page 0: an odd number\n  hint: look at it"
            ]
        )
    }

    @Test func `bytes after the mark are cut off`() async throws {
        _ = try await stop(behind: 3)
        let bytes = try workshop.folder.bytes(of: "a.txt.part")
        try workshop.folder.write(bytes + Array("garbage".utf8), to: "a.txt.part")
        #expect(try await workshop.runStored(Self.pipeline).report.ending == "published")
        #expect(try workshop.lines("a.txt") == Self.expected)
    }

    @Test func `a run that fails before its first checkpoint leaves nothing`() async throws {
        let text = Self.pipeline + "\nfail = \"write\""
        let (report, _) = try await workshop.runStored(text)
        #expect(report.ending.hasPrefix("error[lines.write]"))
        #expect(!report.canBeResumed)
        #expect(workshop.folder.files.filter { !$0.hasPrefix("state/") }.isEmpty)
    }

    @Test func `a run that fails after a checkpoint continues there`() async throws {
        let broken = Self.pipeline.replacing("use = \"sum\"", with: "use = \"sum\"\nfail_at = 13")
        let (failed, _) = try await workshop.runStored(broken)
        #expect(failed.ending == "error[sum.broken]: sum, at page 12: 13 cannot be added")
        #expect(failed.canBeResumed)
        let (again, _) = try await workshop.runStored(broken)
        #expect(again.ending == failed.ending)
        #expect(again.resumedFrom != nil)
    }

    @Test(arguments: [(wait: 10, isKept: true), (wait: 1, isKept: false)])
    func `what a run has read is kept if a checkpoint is due when a page cannot be read`(wait: Int, isKept: Bool)
        async throws
    {
        let text = Self.pipeline.replacing("checkpoint_every = 1", with: "checkpoint_every = \"5s\"")
            .replacing("page = 2", with: "page = 2\nfail_at = 13\nfalters = \"\(wait)s\"")
        let workshop = workshop
        func fail() async throws -> RunReport {
            async let run = workshop.runStored(text)
            await workshop.time.sleepers(atLeast: 1)
            workshop.time.advance(by: .seconds(wait))
            return try await run.report
        }
        let failed = try await fail()
        #expect(failed.ending == "error[numbers.broken]: numbers, at 12: the number 13 is broken")
        #expect(failed.canBeResumed == isKept)
        let trace = Trace()
        let again = try await Trace.$current.withValue(trace) { try await fail() }
        #expect(again.ending == failed.ending)
        #expect(trace.all.first { $0.hasPrefix("numbers reads") } == "numbers reads \(isKept ? 12 : 0)")
    }

    @Test func `without checkpoints a run starts over`() async throws {
        let text = Self.pipeline.replacing("checkpoint_every = 1", with: "checkpoint_every = \"never\"")
        let stopped = try await stop(text, behind: 3)
        #expect(!stopped.canBeResumed)
        #expect(workshop.folder.files.filter { !$0.hasPrefix("state/") }.isEmpty)
        #expect(try await workshop.runStored(text).report.attempt == 1)
        #expect(try workshop.lines("a.txt") == Self.expected)
    }

    @Test func `a drain that takes too long is given up, and the run continues at the last checkpoint`() async throws {
        let text = Self.pipeline.replacing("[run]", with: "[run]\nstop_within = \"10s\"") + "\ntakes = \"1h\""
        let control = RunControl()
        let workshop = workshop
        let run = Task { try await workshop.runStored(text, control: control).report }
        await workshop.time.sleepers(atLeast: 1)
        control.stop()
        await workshop.time.sleepers(atLeast: 2)
        workshop.time.advance(by: .seconds(10))
        let report = try await run.value
        #expect(report.ending == "stopped")
        #expect(!report.canBeResumed)
    }

    @Test func `a run whose time is up stores a checkpoint and fails`() async throws {
        let text = Self.pipeline.replacing("[run]", with: "[run]\ntime_limit = \"90s\"") + "\ntakes = \"60s\""
        let workshop = workshop
        let run = Task { try await workshop.runStored(text).report }
        for _ in 0..<3 {
            // The sink, and the watch over the limit; at last what is left of the drain.
            await workshop.time.sleepers(atLeast: 2)
            workshop.time.advance(by: .seconds(60))
        }
        let report = try await run.value
        #expect(report.ending.hasPrefix("error[run.time-limit]: the run has taken longer than 90s"))
    }
}
