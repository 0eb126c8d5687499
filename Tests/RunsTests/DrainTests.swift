import Glibc
import Pipelines
import PluginKit
import PluginTestKit
import Runs
import TestPipelines
import Testing

/// What memories make at their end: when, how it is counted, and what a run that is stopped meanwhile does.
@Suite struct DrainTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private static let sorting = """
        name = "sorting"
        [run]
        batch_size = 3
        checkpoint_every = 1
        workers = 1
        [[source]]
        use = "numbers"
        count = 20
        page = 4
        [[transform]]
        use = "sort"
        by = ["n desc nulls first"]
        memory = "1 B"
        [[transform]]
        use = "sum"
        [[sink]]
        use = "lines"
        path = "@/a.txt"
        columns = ["n", "sum"]
        """

    private static let sorted = (0..<20).map { "\(20 - $0),\((0...$0).reduce(0) { $0 + 20 - $1 })" }

    private var spilled: [String] { workshop.folder.files.filter { $0.hasPrefix("state/spill/") } }

    @Test func `records of a memory are combined and made, and the sums agree`() async throws {
        let report = try await workshop.run(Self.sorting)
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == Self.sorted)
        let tally = try #require(report.tally("sort"))
        #expect((tally.received, tally.kept, tally.combined, tally.made, tally.sent) == (20, 0, 20, 20, 20))
        #expect((report.read, report.combined, report.made, report.written) == (20, 20, 20, 20))
        #expect(report.isBalanced)
    }

    @Test(arguments: 5..<12)
    func `a run that is stopped while a memory is drained resumes there`(pages: Int) async throws {
        let control = RunControl()
        let seen = Locked(0)
        let stopped = try await workshop.runStored(Self.sorting, control: control) { _ in
            let count = seen.withLock { seen in
                seen += 1
                return seen
            }
            if count == pages { control.stop() }
        }
        #expect(stopped.report.ending == "stopped")
        #expect(!spilled.isEmpty)
        let trace = Trace()
        let (report, _) = try await Trace.$current.withValue(trace) { try await workshop.runStored(Self.sorting) }
        #expect(report.ending == "published")
        #expect(report.isBalanced)
        #expect(try workshop.lines("a.txt") == Self.sorted)
        // The source was at its end.
        #expect(!trace.all.contains { $0.hasPrefix("numbers reads") })
        #expect(spilled.isEmpty)
    }

    @Test(arguments: [3, 6, 9])
    func `a reset of the state removes the files of memories, and the next run starts over`(pages: Int) async throws {
        let control = RunControl()
        let seen = Locked(0)
        _ = try await workshop.runStored(Self.sorting, control: control) { _ in
            let count = seen.withLock { seen in
                seen += 1
                return seen
            }
            if count == pages { control.stop() }
        }
        #expect(!spilled.isEmpty)
        // Written after the last checkpoint, which names it not.
        let folder = try #require(spilled.first).split(separator: "/").dropLast().joined(separator: "/")
        try workshop.folder.write("later", to: "\(folder)/sort-99")
        let reset = try StateFolder(workshop.folder.path("state")).reset(["sorting"])
        #expect(reset.map { $0.checkpoint == nil } == [false])
        #expect(spilled.isEmpty)
        let trace = Trace()
        let (report, _) = try await Trace.$current.withValue(trace) { try await workshop.runStored(Self.sorting) }
        #expect(report.ending == "published" && report.attempt == 1)
        #expect(trace.all.contains { $0.hasPrefix("numbers reads") })
        #expect(try workshop.lines("a.txt") == Self.sorted)
    }

    @Test func `a run that cannot restore its memory keeps all files, and is resumed when it can`() async throws {
        let control = RunControl()
        let seen = Locked(0)
        _ = try await workshop.runStored(Self.sorting, control: control) { _ in
            let count = seen.withLock { seen in
                seen += 1
                return seen
            }
            if count == 6 { control.stop() }
        }
        let files = spilled
        #expect(files.count > 1)
        // A link in the place of one of them: no run follows it.
        let path = workshop.folder.path(try #require(files.first))
        let away = workshop.folder.path("away")
        try FileSystem.rename(path, to: away)
        try #require(symlink(away, path) == 0)
        await #expect(throws: Diagnostic.self) {
            let (report, _) = try await workshop.runStored(Self.sorting)
            if case .failed(let failure) = report.outcome { throw failure }
        }
        #expect(Set(spilled).isSuperset(of: files))
        try FileSystem.rename(away, to: path)
        let (report, _) = try await workshop.runStored(Self.sorting)
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == Self.sorted)
    }

    @Test func `what a memory makes goes into a table before the other input is read`() async throws {
        let report = try await workshop.run(
            """
            [[source]]
            use = "numbers"
            name = "all"
            count = 9
            [[transform]]
            use = "top"
            from = "all"
            by = "n"
            count = 3
            [[source]]
            use = "numbers"
            name = "main"
            first = 6
            count = 4
            [[transform]]
            use = "find"
            from = "main"
            lookup = "top"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            columns = ["n", "find"]
            """
        )
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == ["6,false", "7,true", "8,true", "9,true"])
        #expect(report.tally("find")?.lookedUp == 3)
        #expect(report.isBalanced)
    }

    @Test func `a record that a memory made and that is rejected later states who made it`() async throws {
        let report = try await workshop.run(
            """
            [run]
            on_reject = "drop"
            [[source]]
            use = "numbers"
            count = 5
            [[transform]]
            use = "top"
            by = "n"
            count = 4
            [[transform]]
            use = "only"
            reject = 3
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        )
        #expect(report.rejections.map(\.examples.first?.position) == ["made by 'top', record 3"])
    }

    @Test func `a file of a memory that is gone stops the resumption, and reports that`() async throws {
        let control = RunControl()
        _ = try await workshop.runStored(Self.sorting, control: control) { progress in
            if progress.read >= 12 { control.stop() }
        }
        let file = try #require(spilled.first)
        FileSystem.remove(workshop.folder.path(file))
        let failure = await #expect(throws: Diagnostic.self) { _ = try await workshop.runStored(Self.sorting) }
        #expect(failure?.code == "state.part")
        let (report, _) = try await workshop.runStored(Self.sorting, restarts: true)
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == Self.sorted)
        #expect(spilled.isEmpty)
    }
}
