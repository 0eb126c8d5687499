import Diagnostics
import Pipelines
import Runs
import PluginKit
import PluginTestKit
import Testing
import TestPipelines

/// Data that moves while it is read, and data that has not changed since it was read.
@Suite struct MovedTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func text(_ more: String = "") -> String {
        """
        name = "p"
        [run]
        checkpoint_every = 1
        [[source]]
        use = "shifting"
        path = "@/data"
        \(more)
        [[sink]]
        use = "lines"
        path = "@/out.txt"
        """
    }

    @Test func `a run whose data has moved leaves nothing, and the next one starts over`() async throws {
        try workshop.folder.write("a moves", to: "data")
        let trace = Trace()
        let (report, _) = try await Trace.$current.withValue(trace) { try await workshop.runStored(text()) }
        #expect(report.ending == "source-changed: error[shifting.moved]: shifting: the numbers have moved")
        #expect(!report.canBeResumed)
        #expect(trace.all.filter { $0.hasPrefix("reads") } == ["reads 1", "reads 3", "reads 5"])
        #expect(workshop.folder.files.filter { $0.hasPrefix("out") } == [])
        try workshop.folder.write("a", to: "data")
        let (again, givenUp) = try await workshop.runStored(text())
        #expect(again.ending == "published")
        #expect(again.attempt == 1 && again.resumedFrom == nil && givenUp == nil)
        #expect(try workshop.lines("out.txt").count == 6)
    }

    @Test func `a run ends immediately if no source has anything new`() async throws {
        let since = "since = \"last-run\""
        try workshop.folder.write("a", to: "data")
        #expect(try await workshop.runStored(text(since)).report.ending == "published")
        let published = try workshop.lines("out.txt")
        let trace = Trace()
        let (second, _) = try await Trace.$current.withValue(trace) { try await workshop.runStored(text(since)) }
        #expect(second.ending == "nothing new")
        #expect(!trace.all.contains { $0.hasPrefix("reads") })
        #expect(second.files.isEmpty)
        #expect(try workshop.lines("out.txt") == published)
        #expect(try await workshop.runStored(text(since)).report.ending == "nothing new")
        try workshop.folder.write("b", to: "data")
        #expect(try await workshop.runStored(text(since)).report.ending == "published")
        #expect(try await workshop.runStored(text(since)).report.ending == "nothing new")
    }

    @Test func `another source that is read whole, or another configuration, is something new`() async throws {
        let since = "since = \"last-run\""
        try workshop.folder.write("a", to: "data")
        _ = try await workshop.runStored(text(since))
        // One with another name would begin at the start in silence.
        let other = text(since + "\nname = \"other\"")
        await #expect(throws: DiagnosticList.self) { _ = try await workshop.runStored(other) }
        let both = text(since + "\n[[source]]\nuse = \"numbers\"")
        _ = try await workshop.runStored(both)
        #expect(try await workshop.runStored(both).report.ending == "published")
    }

    @Test func `a run that did not come to its end has kept no revision`() async throws {
        let since = "since = \"last-run\""
        try workshop.folder.write("a moves", to: "data")
        _ = try await workshop.runStored(text(since))
        try workshop.folder.write("a", to: "data")
        #expect(try await workshop.runStored(text(since)).report.ending == "published")
        #expect(try workshop.lines("out.txt").count == 6)
    }
}
