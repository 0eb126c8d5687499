import Pipelines
import PluginKit
import PluginTestKit
import Runs
import TestPipelines
import Testing

/// A source of which no stage wants more is not read to its end.
@Suite struct EnoughTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func run(_ text: String) async throws -> (report: RunReport, reads: [String]) {
        let trace = Trace()
        let report = try await Trace.$current.withValue(trace) { try await workshop.runStored(text).report }
        return (report, trace.all.filter { $0.contains(" reads ") })
    }

    private func source(_ name: String, first: Int, isListed: Bool = false) -> String {
        "[[source]]\nuse = \"numbers\"\nname = \"\(name)\"\nfirst = \(first)\ncount = 1000\nlisted = \(isListed)\n"
    }

    private let settings = "[run]\nworkers = 1\n"
    private let sink = "[[sink]]\nuse = \"lines\"\npath = \"@/a.txt\"\n"

    @Test(arguments: [false, true], [0, 5, 6])
    func `reading ends with the page that completes the records`(isListed: Bool, count: Int) async throws {
        let (report, reads) = try await run(
            settings + source("a", first: 1, isListed: isListed) + source("b", first: 2001)
                + "[[transform]]\nuse = \"enough\"\nfrom = [\"a\", \"b\"]\ncount = \(count)\n" + sink
        )
        #expect(report.ending == "published")
        #expect(report.isBalanced)
        #expect(report.tally("a")?.received ?? 0 == (count + 1) / 2 * 2)
        #expect(report.tally("b")?.received ?? 0 == 0)
        // A page or two may have been begun before it was known.
        #expect(reads.count <= count + 2)
        #expect(!reads.contains { $0.hasPrefix("b") })
        if count > 0 { #expect(try workshop.lines("a.txt").count == count) }
    }

    @Test func `a source that another stage needs is read to its end, whatever is between`() async throws {
        let (report, _) = try await run(
            source("a", first: 1) + "[[transform]]\nuse = \"sum\"\nfrom = \"a\"\n[[transform]]\nuse = \"enough\"\n"
                + sink
                + sink.replacing("a.txt", with: "b.txt") + "name = \"all\"\nfrom = \"a\"\n"
        )
        #expect(report.ending == "published")
        #expect(report.tally("a")?.received == 1000)
        #expect(try workshop.lines("a.txt").count == 5)
        #expect(try workshop.lines("b.txt").count == 1000)
    }

    @Test func `a second input ends as well, and so do the stages between`() async throws {
        let (report, _) = try await run(
            source("a", first: 1).replacing("1000", with: "8") + source("b", first: 1)
                + """
                [[transform]]
                name = "few"
                use = "enough"
                from = "b"
                [[transform]]
                use = "find"
                from = "a"
                lookup = "few"

                """ + sink + "columns = [\"n\", \"find\"]"
        )
        #expect(report.ending == "published")
        #expect(report.tally("b")?.received == 6)
        #expect(report.tally("a")?.received == 8)
        #expect(try workshop.lines("a.txt") == (1...8).map { "\($0),\($0 <= 5)" })
    }

    @Test func `what a memory holds is not taken out once nobody wants it`() async throws {
        let (report, _) = try await run(
            "[run]\nbatch_size = 10\n" + source("a", first: 1)
                + "[[transform]]\nuse = \"sort\"\nby = [\"n\"]\n[[transform]]\nuse = \"enough\"\n" + sink
        )
        #expect(report.ending == "published")
        #expect(report.isBalanced)
        #expect(report.tally("a")?.received == 1000)
        #expect(report.tally("sort")?.made ?? 1000 < 1000)
        #expect(try workshop.lines("a.txt").count == 5)
    }

    private func feed(_ count: Int, enough: Int = 5) -> String {
        """
        [run]
        checkpoint_every = 1
        [[source]]
        use = "feed"
        since = "last-run"
        count = \(count)
        [[transform]]
        use = "enough"
        count = \(enough)
        [[sink]]
        use = "lines"
        path = "@/a.txt"
        """
    }

    @Test func `a source that was not read to its end leaves no bookmark`() async throws {
        for _ in 1...2 {
            #expect(try await run(feed(12)).report.ending == "published")
            #expect(try workshop.lines("a.txt") == ["1", "2", "3", "4", "5"])
        }
        // What is there is less than is wanted.
        #expect(try await run(feed(4)).report.ending == "published")
        #expect(try await run(feed(8)).report.ending == "published")
        #expect(try workshop.lines("a.txt") == ["5", "6", "7", "8"])
    }

    @Test func `a run that is resumed after its source was cut leaves none either`() async throws {
        let control = RunControl()
        let stopped = try await workshop.runStored(feed(12), control: control) { progress in
            if progress.read >= 5 { control.stop() }
        }.report
        #expect(stopped.ending == "stopped")
        #expect(stopped.canBeResumed)
        let (report, reads) = try await run(feed(12))
        #expect(report.ending == "published")
        #expect(report.attempt == 2)
        #expect(reads == [])
        #expect(try workshop.lines("a.txt") == ["1", "2", "3", "4", "5"])
        #expect(try await run(feed(12)).report.ending == "published")
        #expect(try workshop.lines("a.txt") == ["1", "2", "3", "4", "5"])
    }
}
