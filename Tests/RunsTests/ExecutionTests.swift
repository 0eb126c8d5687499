import Pipelines
import Runs
import PluginKit
import PluginTestKit
import TestTags
import Testing
import TestPipelines

/// How pages travel: several at a time, in their order, and never more than there is room for.
@Suite(.tags(.fuzz)) struct ExecutionTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test(arguments: [false, true])
    func `a slow sink keeps the source within its bound`(isListed: Bool) async throws {
        let trace = Trace()
        let pipeline = """
            [run]
            workers = 3
            queue = 2
            [[source]]
            use = "numbers"
            count = 40
            page = 2
            listed = \(isListed)
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            takes = "1s"
            """
        let run = Task {
            try await Trace.$current.withValue(trace) { try await workshop.run(pipeline) }
        }
        for second in 0..<20 {
            await workshop.time.sleepers(atLeast: 1)
            // Three on their way, two in the queue, one before the queue and one in the pen.
            let reads = trace.all.count { $0.hasPrefix("numbers reads") }
            #expect(reads <= second + 3 + 2 + 1 + 1, "after \(second) batches")
            workshop.time.advance(by: .seconds(1))
        }
        #expect(try await run.value.ending == "published")
        #expect(try workshop.lines("a.txt") == (1...40).map { "\($0)" })
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `eight workers with delays of their own keep the order`(seed: UInt64) async throws {
        let report = try await withTaskExecutorPreference(SeededExecutor(seed: seed)) {
            try await workshop.run(
                """
                [run]
                workers = 8
                [[source]]
                use = "numbers"
                count = 100
                page = 3
                listed = true
                [[transform]]
                use = "wobble"
                [[sink]]
                use = "lines"
                path = "@/a.txt"
                """
            )
        }
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == (1...100).map { "\($0)" })
    }

    @Test func `records that need not keep their order all come, some of them sooner`() async throws {
        var wasOutOfOrder = false
        for seed in 0..<10 as Range<UInt64> {
            let workshop = try Workshop()
            let report = try await withTaskExecutorPreference(SeededExecutor(seed: seed)) {
                try await workshop.run(
                    """
                    [run]
                    workers = 8
                    ordered = false
                    [[source]]
                    use = "numbers"
                    count = 100
                    page = 3
                    listed = true
                    [[transform]]
                    use = "wobble"
                    [[sink]]
                    use = "lines"
                    path = "@/a.txt"
                    """
                )
            }
            #expect(report.ending == "published")
            let lines = try workshop.lines("a.txt")
            #expect(lines.compactMap { Int($0) }.sorted() == Array(1...100))
            if lines != (1...100).map({ "\($0)" }) { wasOutOfOrder = true }
        }
        #expect(wasOutOfOrder)
    }

    @Test func `a memory sees records in their order, and says what is left at the end`() async throws {
        let report = try await workshop.run(
            """
            [run]
            workers = 4
            [[source]]
            use = "numbers"
            count = 7
            listed = true
            [[transform]]
            use = "sum"
            total = true
            [[sink]]
            use = "lines"
            columns = ["n", "sum"]
            path = "@/a.txt"
            """
        )
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == ["1,1", "2,3", "3,6", "4,10", "5,15", "6,21", "7,28", "0,28"])
        #expect(report.tally("sum")?.made == 1)
        #expect(report.isBalanced)
    }

    @Test func `named outputs go their own ways, and what no output takes is filtered`() async throws {
        let report = try await workshop.run(
            """
            [[source]]
            use = "numbers"
            count = 11
            page = 4
            [[transform]]
            use = "parity"
            name = "way"
            [[sink]]
            use = "lines"
            name = "odd"
            from = "way.odd"
            path = "@/odd.txt"
            [[sink]]
            use = "lines"
            name = "both"
            from = ["way.odd", "way.even"]
            path = "@/both.txt"
            """
        )
        #expect(report.ending == "published")
        #expect(try workshop.lines("odd.txt") == ["1", "3", "5", "7", "9", "11"])
        #expect(try workshop.lines("both.txt") == ["2", "4", "1", "3", "6", "8", "5", "7", "9", "11"])
        #expect(report.filtered == [Filtered("by 'way'", count: 1)])
        #expect(report.isBalanced)
    }

    @Test(arguments: [
        FindingCase(
            "an output that is not there",
            "from = \"parity.eve\"",
            """
            p.toml:7:8: error[pipeline.output]: 'parity' has no output 'eve'
                7 | from = "parity.eve"
                  |        ^^^^^^^^^^^^ did you mean 'even'?
            """
        ),
        FindingCase(
            "no output named",
            "from = \"parity\"",
            """
            p.toml:7:8: error[pipeline.output]: 'parity' has several outputs, so one has to be named
                7 | from = "parity"
                  |        ^^^^^^^^ from = "parity.even" or "parity.odd"
            """
        ),
        FindingCase(
            "an output of a stage that has but one",
            "from = \"numbers.all\"",
            """
            p.toml:4:7: warning[pipeline.unread]: nothing reads the transform 'parity'
                4 | use = "parity"
                  |       ^^^^^^^^ name it in another stage's 'from', or remove it
            p.toml:7:8: error[pipeline.output]: 'numbers' has one output, and no 'all'
                7 | from = "numbers.all"
                  |        ^^^^^^^^^^^^^ from = "numbers"
            """
        ),
    ])
    func `an output is named as it is`(wrong: FindingCase) async throws {
        let found = try await workshop.findings(
            """
            [[source]]
            use = "numbers"
            [[transform]]
            use = "parity"
            [[sink]]
            use = "lines"
            \(wrong.pipeline)
            path = "@/a.txt"
            """
        )
        #expect(found == wrong.findings)
    }

    @Test(arguments: ["transform", "sink"])
    func `a batch that is refused is divided until the record is found`(stage: String) async throws {
        let report = try await workshop.run(
            """
            [run]
            on_reject = { limit = 2, keep = "@/rejects.jsonl" }
            [[source]]
            use = "numbers"
            count = 20
            page = 10
            [[transform]]
            use = "only"
            \(stage == "transform" ? "refuse = 13" : "")
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            \(stage == "sink" ? "refuse = [4, 13]" : "")
            """
        )
        let refused = stage == "sink" ? [4, 13] : [13]
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == (1...20).filter { !refused.contains($0) }.map { "\($0)" })
        #expect(report.rejected == refused.count)
        #expect(report.isBalanced)
        #expect(try workshop.lines("rejects.jsonl").count == refused.count)
        #expect(report.rejections[0].examples.last?.position == "page 10, record 3")
    }

    @Test(arguments: [("{ limit = 20", "published"), ("{ limit = 19", "more than 19 rejected")])
    func `poison records end in the reject file with their reasons, and the run as the limits say`(
        policy: String,
        ending: String
    ) async throws {
        let report = try await workshop.run(
            """
            [run]
            on_reject = \(policy), keep = "@/rejects.jsonl" }
            [[source]]
            use = "numbers"
            count = 2000
            page = 150
            listed = true
            [[transform]]
            use = "only"
            refuse = 100
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        )
        #expect(report.ending == ending)
        #expect(report.rejected == 20)
        #expect(report.isBalanced)
        let kept = try workshop.lines("rejects.jsonl")
        #expect(kept.count == 20)
        #expect(
            kept.first
                == #"{"stage":"only","code":"only.refused","reason":"there is a number that it cannot take","position":"page 0, record 100","attempt":1,"record":{"n":100}}"#
        )
        guard ending == "published" else { return }
        #expect(try workshop.lines("a.txt").count == 1980)
    }

    @Test(arguments: ["batch", "attempt"])
    func `a stage that takes too long for one batch fails the run, and may be tried again`(limit: String) async throws {
        let pipeline = """
            [run]
            \(limit)_time_limit = "30s"
            [[source]]
            use = "numbers"
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            takes = "1m"
            """
        let workshop = workshop
        let run = Task { try await workshop.run(pipeline) }
        await workshop.time.sleepers(atLeast: 2)
        workshop.time.advance(by: .seconds(30))
        let report = try await run.value
        #expect(
            report.ending.hasPrefix(
                "error[run.\(limit)-time-limit]: lines, at page 0: one \(limit) has taken longer than 30s"
            )
        )
    }
}
