import Pipelines
import Runs
import PluginKit
import PluginTestKit
import TestTags
import Testing
import TestPipelines

/// In what order pages are asked for when several are on their way.
@Suite(.tags(.fuzz)) struct ReadingTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func text(_ options: String, ordered: Bool = true) -> String {
        """
        name = "p"
        [run]
        workers = 4
        ordered = \(ordered)
        checkpoint_every = 1
        [[source]]
        use = "sealed"
        \(options)
        [[sink]]
        use = "lines"
        path = "@/out.txt"
        """
    }

    /// What was read, as a source has seen it.
    private func traced(_ text: String, seed: UInt64 = 1) async throws -> (trace: [String], report: RunReport) {
        let trace = Trace()
        let report = try await Trace.$current.withValue(trace) {
            try await withTaskExecutorPreference(SeededExecutor(seed: seed)) {
                try await workshop.runStored(text).report
            }
        }
        return (trace.all, report)
    }

    @Test(arguments: [true, false], 0..<5 as Range<UInt64>)
    func `the page after a list is begun when all pages of the list have been read`(
        ordered: Bool,
        seed: UInt64
    ) async throws {
        let (trace, report) = try await traced(text("lists = 3\nslow = 6", ordered: ordered), seed: seed)
        #expect(report.ending == "published")
        #expect(try workshop.lines("out.txt").compactMap { Int($0) }.sorted() == Array(1...24))
        var read: Set<String> = []
        var looks: [String] = []
        for line in trace {
            if line.hasPrefix("ends ") { read.insert(String(line.dropFirst(5))) }
            guard line.hasPrefix("looks ") else { continue }
            looks.append(line)
            #expect(read.count == 8 * looks.count, "\(trace)")
        }
        #expect(looks == ["looks 1", "looks 2", "looks 3"])
    }

    @Test func `pages of a list are on their way together, and those of the next list with them`() async throws {
        let (trace, _) = try await traced(text("looks = false\nlists = 2\nslow = 7"))
        let slow = try #require(trace.firstIndex(of: "ends 7"))
        #expect(trace[..<slow].contains("begins 8"))
        #expect(trace[..<slow].contains("begins 9"), "\(trace)")
    }

    @Test(arguments: [true, false])
    func `after a list of which a page cannot be read nothing follows`(ordered: Bool) async throws {
        let (trace, report) = try await traced(text("slow = 6\nfail_at = 6", ordered: ordered))
        #expect(report.ending == "error[sealed.broken]: sealed, at 6: the page 6 is broken")
        #expect(!trace.contains { $0.hasPrefix("looks") })
    }

    @Test(arguments: [true, false], 1...9)
    func `a run that is resumed looks once more, when all that was left has been read`(
        ordered: Bool,
        pages: Int
    ) async throws {
        let text = text("slow = 3", ordered: ordered)
        let control = RunControl()
        let stopped = try await workshop.runStored(text, control: control) { progress in
            if progress.read >= pages { control.stop() }
        }.report
        let (trace, report) = try await traced(text)
        if stopped.ending == "stopped" {
            #expect(report.attempt == 2)
            let reads = trace.filter { $0.hasPrefix("ends") || $0.hasPrefix("looks") }
            #expect(reads.last == "looks 1")
            #expect(reads.count { $0.hasPrefix("looks") } == 1)
        }
        #expect(try workshop.lines("out.txt").compactMap { Int($0) }.sorted() == Array(1...8))
    }

    @Test func `a list that a look closes can be read in parts`() async throws {
        var all: [Int] = []
        for part in 1...2 {
            let partition = try #require(RunScope.Partition(part, of: 2))
            let report = try await workshop.runStored(text("slow = 3"), scope: RunScope(partition: partition)).report
            #expect(report.ending == "published")
            all += try workshop.lines("out-\(part)of2.txt").compactMap { Int($0) }
        }
        #expect(all.sorted() == Array(1...8))
    }
}
