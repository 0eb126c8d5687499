import Pipelines
import Runs
import PluginKit
import PluginTestKit
import Testing
import TestPipelines

@Suite struct RunningTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test(arguments: [1, 2, 3, 4, 1000], [false, true])
    func `a line of stages keeps the order of the pages`(page: Int, listed: Bool) async throws {
        let report = try await workshop.run(
            """
            [[source]]
            use = "numbers"
            count = 7
            page = \(page)
            listed = \(listed)
            [[transform]]
            use = "only"
            multiples_of = 2
            reason = "odd numbers"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            columns = ["n", "word"]
            """
        )
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == ["2,w2", "4,w4", "6,w6"])
        #expect(report.isBalanced)
        #expect((report.read, report.written, report.copied, report.made) == (7, 3, 0, 0))
        #expect(report.filtered == [Filtered("odd numbers", count: 4)])
        #expect(report.files.map(\.records) == [3])
        #expect(report.remarks == ["lines: 3 lines"])
    }

    @Test func `the next page is read while this one goes through the stages, never further`() async throws {
        let trace = Trace()
        let report = try await Trace.$current.withValue(trace) {
            try await workshop.run(
                """
                [middleware.watch]
                use = "watch"
                [[source]]
                use = "numbers"
                count = 6
                middleware = []
                [[sink]]
                use = "lines"
                path = "@/a.txt"
                """
            )
        }
        #expect(report.ending == "published")
        let reads = trace.all.filter { $0.hasPrefix("numbers reads") }
        #expect(reads == ["numbers reads 0", "numbers reads 2", "numbers reads 4"])
        let firstWrite = try #require(trace.all.firstIndex(of: "watch > lines write"))
        let lastRead = try #require(trace.all.firstIndex(of: "numbers reads 4"))
        #expect(firstWrite > 0 && lastRead > 0)
    }

    @Test func `several sources fan in with all their columns, one after the other`() async throws {
        let report = try await workshop.run(
            """
            [[source]]
            use = "numbers"
            count = 2
            [[source]]
            use = "numbers"
            name = "others"
            first = 7
            count = 1
            [[transform]]
            use = "rename"
            from = "others"
            column = "word"
            to = "text"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            from = ["rename", "numbers"]
            columns = ["n", "word", "text"]
            """
        )
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == ["1,w1,-", "2,w2,-", "7,-,w7"])
        #expect(report.isBalanced)
    }

    @Test func `a stage fans out to several sinks, and the copies are counted`() async throws {
        let report = try await workshop.run(
            """
            [[source]]
            use = "numbers"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            [[sink]]
            use = "lines"
            name = "more"
            path = "@/deep/er/b.txt"
            skip = [2]
            """
        )
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == ["1", "2", "3", "4"])
        #expect(try workshop.lines("deep/er/b.txt") == ["1", "3", "4"])
        #expect((report.read, report.copied, report.written) == (4, 4, 7))
        #expect(report.filtered == [Filtered("skipped numbers", count: 1)])
        #expect(report.isBalanced)
    }

    @Test(arguments: [false, true])
    func `a lookup is read whole before the first record, wherever it stands in the file`(isFirst: Bool) async throws {
        let small = """
            [[source]]
            use = "numbers"
            name = "small"
            first = 3
            count = 3
            """
        let trace = Trace()
        let report = try await Trace.$current.withValue(trace) {
            try await workshop.run(
                """
                \(isFirst ? small : "")
                [[source]]
                use = "numbers"
                \(isFirst ? "" : small)
                [[transform]]
                use = "find"
                lookup = "small"
                [[sink]]
                use = "lines"
                path = "@/a.txt"
                columns = ["n", "find"]
                """
            )
        }
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == ["1,false", "2,false", "3,true", "4,true"])
        let steps = trace.all.filter { !$0.contains("has") }
        #expect(steps.prefix(4).allSatisfy { !$0.hasPrefix("numbers") })
        #expect(steps.filter { $0.hasPrefix("find") } == ["find remembers 2", "find remembers 3"])
        #expect(report.filtered.isEmpty)
        #expect(report.lookedUp == 3)
        #expect(report.stages.map(\.tally.lookedUp).filter { $0 > 0 } == [3])
        #expect(report.isBalanced)
    }

    @Test func `a lookup into what was itself looked up is read in that order`() async throws {
        // In the file, each source stands before those that must be read first.
        let report = try await workshop.run(
            """
            [[source]]
            use = "numbers"
            name = "main"
            count = 6
            [[source]]
            use = "numbers"
            name = "middle"
            count = 4
            [[source]]
            use = "numbers"
            name = "base"
            first = 2
            count = 2
            [[transform]]
            use = "find"
            name = "known"
            from = "middle"
            lookup = "base"
            missing = "drop"
            [[transform]]
            use = "find"
            name = "found"
            from = "main"
            lookup = "known"
            missing = "drop"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        )
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == ["2", "3"])
        #expect(report.isBalanced)
    }

    @Test func `an empty source leaves an empty file`() async throws {
        let report = try await workshop.run(
            """
            [[source]]
            use = "numbers"
            count = 0
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        )
        #expect(report.ending == "published")
        #expect(try workshop.folder.bytes(of: "a.txt") == [])
        #expect((report.read, report.written) == (0, 0))
    }

    @Test func `records of a stage that no stage reads are counted as left out`() async throws {
        let report = try await workshop.run(
            """
            [[source]]
            use = "numbers"
            [[source]]
            use = "numbers"
            name = "idle"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            from = "numbers"
            """
        )
        #expect(report.ending == "published")
        #expect(report.filtered == [Filtered("read by no other stage", count: 4)])
        #expect(report.tally("idle")?.sent == 0)
        #expect(report.isBalanced)
    }

    @Test func `progress tells of each page, and of the finish`() async throws {
        let trace = Trace()
        _ = try await workshop.run(
            """
            [[source]]
            use = "numbers"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        ) { trace.note("\($0.stage) \($0.read) \($0.accepted) \($0.isFinishing)") }
        #expect(
            trace.all.map { $0.prefix { $0 != " " } + $0.suffix(5) } == ["numbersfalse", "numbersfalse", "lines true"]
        )
        #expect(trace.all.last == "lines 4 4 true")
    }

    @Test(arguments: [1, 2])
    func `a run that is stopped between two batches leaves nothing`(pages: Int) async throws {
        let control = RunControl()
        let trace = Trace()
        let report = try await workshop.run(
            """
            [[source]]
            use = "numbers"
            count = 5
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """,
            control: control
        ) { progress in
            trace.note("page")
            if trace.all.count == pages { control.stop() }
        }
        #expect(report.ending == "stopped")
        #expect(report.read == pages * 2)
        #expect(workshop.folder.files.isEmpty)
    }

    @Test func `a run whose task is cancelled is stopped`() async throws {
        let plan = try await workshop.plan(
            """
            [[source]]
            use = "numbers"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        )
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await Run(plan).execute()
        }
        #expect(await task.value.ending == "stopped")
        #expect(workshop.folder.files.isEmpty)
    }

    @Test func `layers wrap pages, batches and writes, in the order of the file`() async throws {
        let trace = Trace()
        let report = try await Trace.$current.withValue(trace) {
            try await workshop.run(
                """
                [middleware.outer]
                use = "watch"
                label = "outer"
                [middleware.inner]
                use = "watch"
                label = "inner"
                [[source]]
                use = "numbers"
                count = 1
                [[transform]]
                use = "only"
                [[sink]]
                use = "lines"
                path = "@/a.txt"
                middleware = ["inner", "outer"]
                """
            )
        }
        #expect(report.ending == "published")
        #expect(
            trace.all.filter { $0.contains("er ") && !$0.contains("numbers h") } == [
                "outer > numbers page", "inner > numbers page", "inner < numbers page", "outer < numbers page",
                "outer > only batch", "inner > only batch", "inner < only batch", "outer < only batch",
                "inner > lines write", "outer > lines write", "outer < lines write", "inner < lines write",
            ]
        )
    }

    @Test func `a layer may repeat every call, and nothing is doubled`() async throws {
        let pipeline = """
            [run]
            on_reject = "drop"
            [[source]]
            use = "numbers"
            count = 9
            reject = [3]
            leave_out = [4]
            [[source]]
            use = "numbers"
            name = "small"
            count = 6
            [[transform]]
            use = "find"
            from = "numbers"
            lookup = "small"
            missing = "reject"
            [[transform]]
            use = "twice"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            reject = [5]
            skip = [6]
            """
        let once = try await workshop.run(pipeline)
        let lines = try workshop.lines("a.txt")
        #expect(lines == ["1", "2", "1", "2"])
        let thrice = try await workshop.run("[middleware.again]\nuse = \"again\"\n" + pipeline)
        #expect(try workshop.lines("a.txt") == lines)
        #expect(thrice.stages.map(\.tally) == once.stages.map(\.tally))
        #expect(thrice.isBalanced && once.isBalanced)
        #expect(once.ending == "published" && thrice.ending == "published")
    }
}
