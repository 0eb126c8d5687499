import Pipelines
import Runs
import PluginKit
import PluginTestKit
import Testing
import TestPipelines

/// Less than the whole: some records, none written, a part of them; or only what is new.
@Suite struct ScopeTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func pipeline(isListed: Bool = true) -> String {
        """
        name = "scope"
        [[source]]
        use = "numbers"
        count = 23
        page = 3
        listed = \(isListed)
        [[source]]
        use = "numbers"
        name = "known"
        first = 5
        count = 10
        page = 4
        [[transform]]
        use = "find"
        from = "numbers"
        lookup = "known"
        [[sink]]
        use = "lines"
        path = "@/a.txt"
        columns = ["n", "find"]
        """
    }

    private static func lines(_ numbers: some Sequence<Int>) -> [String] {
        numbers.map { "\($0),\(5...14 ~= $0)" }
    }

    @Test(arguments: [0, 1, 7, 23, 100], [false, true])
    func `a limit is the number of records read of each source, lookups excepted`(
        limit: Int,
        isListed: Bool
    ) async throws {
        let (report, _) = try await workshop.runStored(pipeline(isListed: isListed), scope: RunScope(limit: limit))
        #expect(report.ending == "published")
        #expect(try workshop.lines("a.txt") == Self.lines(1...23).prefix(limit).map(\.self))
        #expect(report.tally("numbers")?.received == min(limit, 23))
        #expect(report.tally("known")?.received == 10)
        #expect(report.isBalanced)
    }

    @Test func `a dry run does everything but the sinks`() async throws {
        let plan = try await workshop.plan(pipeline(), scope: RunScope(isDry: true))
        let report = await Run(plan).execute()
        #expect(report.ending == "published")
        #expect(report.read == 33)
        #expect(report.tally("lines")?.received == 23)
        #expect(report.isBalanced)
        #expect(workshop.folder.files.isEmpty)
    }

    @Test(arguments: [2, 3, 8, 30])
    func `partitions together are exactly the whole`(count: Int) async throws {
        var all: [String] = []
        for number in 1...count {
            let partition = try #require(RunScope.Partition(number, of: count))
            let (report, _) = try await workshop.runStored(pipeline(), scope: RunScope(partition: partition))
            #expect(report.ending == "published")
            let path = workshop.folder.path("a-\(number)of\(count).txt")
            #expect(report.files.map(\.path) == [path])
            #expect(report.tally("known")?.received == 10)
            all += try workshop.lines("a-\(number)of\(count).txt")
        }
        #expect(all.sorted() == Self.lines(1...23).sorted())
    }

    @Test func `a source that only says what comes next cannot be read in parts`() async throws {
        let partition = try #require(RunScope.Partition(2, of: 3))
        let (report, _) = try await workshop.runStored(
            pipeline(isListed: false).replacing("listed = false", with: "listed = false\nwarns = false"),
            scope: RunScope(partition: partition)
        )
        #expect(
            report.ending.hasPrefix("error[run.partition]: numbers: each page of the source states what follows it")
        )
    }

    // MARK: Increments

    private func feed(_ count: Int, lag: String = "0s", missing: [Int] = []) -> String {
        """
        name = "feed"
        [[source]]
        use = "feed"
        since = "last-run"
        lag = "\(lag)"
        count = \(count)
        missing = \(missing)
        [[sink]]
        use = "lines"
        path = "@/new.txt"
        """
    }

    private func new(_ text: String, scope: RunScope = RunScope()) async throws -> [Int] {
        let (report, _) = try await workshop.runStored(text, scope: scope)
        #expect(report.ending == "published")
        #expect(report.isBalanced)
        return try workshop.lines("new.txt").compactMap { Int($0) }
    }

    @Test func `a later run reads what is new, and the edge once`() async throws {
        #expect(try await new(feed(4)) == [1, 2, 3, 4])
        #expect(try await new(feed(4)) == [])
        #expect(try await new(feed(8)) == [5, 6, 7, 8])
        let trace = Trace()
        let numbers = try await Trace.$current.withValue(trace) { try await new(feed(9)) }
        #expect(numbers == [9])
        #expect(trace.all.contains("feed reads 0 since 4000 ms"))
    }

    @Test func `a record that comes late is found within the lag`() async throws {
        #expect(try await new(feed(8, lag: "2s", missing: [5])) == [1, 2, 3, 4, 6, 7, 8])
        #expect(try await new(feed(10, lag: "2s")) == [5, 9, 10])
        #expect(try await new(feed(10, lag: "2s")) == [])
    }

    @Test func `a run that fails or leaves something out does not move the bookmark`() async throws {
        #expect(try await new(feed(2)) == [1, 2])
        let (failed, _) = try await workshop.runStored(feed(6) + "\nfail = \"finish\"")
        #expect(failed.ending.hasPrefix("error[lines.finish]"))
        #expect(try await new(feed(6), scope: RunScope(limit: 2)) == [3])
        #expect(try await new(feed(6)) == [3, 4, 5, 6])
    }

    @Test(arguments: 1...5)
    func `a run that is stopped and resumed leaves the same bookmark`(pages: Int) async throws {
        let text = feed(20).replacing("[[source]]", with: "[run]\ncheckpoint_every = 1\nworkers = 1\n[[source]]")
        #expect(try await new(text.replacing("count = 20", with: "count = 5")) == [1, 2, 3, 4, 5])
        let control = RunControl()
        let stopped = try await workshop.runStored(text, control: control) { progress in
            if progress.read >= pages * 3 { control.stop() }
        }
        #expect(stopped.report.canBeResumed)
        #expect(try await new(text) == Array(6...20))
        #expect(try await new(text) == [])
    }

    @Test(arguments: [
        FindingCase(
            "a source that is only read whole",
            "use = \"numbers\"\nsince = \"last-run\"",
            """
            p.toml:3:9: error[pipeline.since]: the source 'numbers' cannot be read incrementally
                3 | since = "last-run"
                  |         ^^^^^^^^^^ remove 'since'
            """
        ),
        FindingCase(
            "a time that is none",
            "use = \"feed\"\nsince = \"yesterday\"",
            """
            p.toml:3:9: error[pipeline.since]: 'since' must be "last-run", not "yesterday"
                3 | since = "yesterday"
                  |         ^^^^^^^^^^^ without it, the source is read completely
            """
        ),
        FindingCase(
            "a lag of the wrong kind",
            "use = \"feed\"\nsince = \"last-run\"\nlag = 5",
            """
            p.toml:4:7: error[pipeline.lag]: 'lag' must be a time here
                4 | lag = 5
                  |       ^ lag = "2h"
            """
        ),
        FindingCase(
            "a lag without a start",
            "use = \"feed\"\nlag = \"1h\"",
            """
            p.toml:3:7: error[pipeline.lag]: 'lag' states how far to read back before 'since', which is missing
                3 | lag = "1h"
                  |       ^^^^ add since = "last-run", or remove 'lag'
            """
        ),
    ])
    func `what since cannot be is refused`(wrong: FindingCase) async throws {
        let found = try await workshop.findings(
            """
            [[source]]
            \(wrong.pipeline)
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        )
        #expect(found == wrong.findings)
    }
}
