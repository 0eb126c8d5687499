import Pipelines
import Foundation
import PluginKit
import PluginTestKit
import Testing
import Runs
import TestPipelines

/// `unchanged = "skip"`: a run whose sources say that nothing has changed does nothing.
@Suite struct UnchangedTests {
    private let workshop: Workshop

    init() throws {
        workshop = try Workshop()
        try workshop.folder.write("a", to: "data")
        try workshop.folder.write("x", to: "other")
    }

    /// Numbers whose source says a revision, with as many others looked up in.
    private func text(_ unchanged: String = "skip", name: String = "shifting") -> String {
        """
        name = "p"
        [run]
        checkpoint_every = 1
        workers = 1
        unchanged = "\(unchanged)"
        [[source]]
        use = "shifting"
        name = "\(name)"
        path = "@/data"
        [[source]]
        use = "shifting"
        name = "table"
        path = "@/other"
        [[transform]]
        use = "find"
        from = "\(name)"
        lookup = "table"
        [[sink]]
        use = "lines"
        path = "@/out.txt"
        """
    }

    private func run(_ text: String? = nil, scope: RunScope = RunScope()) async throws -> String {
        try await workshop.runStored(text ?? self.text(), scope: scope).report.ending
    }

    @Test func `nothing is read where nothing has changed, and a lookup counts`() async throws {
        #expect(try await run() == "published")
        let trace = Trace()
        #expect(try await Trace.$current.withValue(trace) { try await run() } == "nothing new")
        #expect(!trace.all.contains { $0.hasPrefix("reads") })
        try workshop.folder.write("y", to: "other")
        #expect(try await run() == "published")
        #expect(try await run() == "nothing new")
        try workshop.folder.write("b", to: "data")
        #expect(try await run() == "published")
        #expect(try await run() == "nothing new")
    }

    @Test func `without it everything is read`() async throws {
        #expect(try await run(text("read")) == "published")
        #expect(try await run(text("read")) == "published")
    }

    @Test(arguments: ["is gone", "is shorter"])
    func `a file of the last run that is not as it was is made again`(what: String) async throws {
        #expect(try await run() == "published")
        let lines = try workshop.lines("out.txt")
        if what == "is gone" {
            try FileManager.default.removeItem(atPath: workshop.folder.path("out.txt"))
        } else {
            // Someone has changed it: it is theirs now, and made again when it is out of the way.
            try workshop.folder.write("1", to: "out.txt")
            await #expect(throws: DiagnosticList.self) { _ = try await run() }
            try FileManager.default.removeItem(atPath: workshop.folder.path("out.txt"))
        }
        #expect(try await run() == "published")
        #expect(try workshop.lines("out.txt") == lines)
        #expect(try await run() == "nothing new")
    }

    @Test func `a source that says nothing is read, and so is another configuration or part`() async throws {
        let more =
            text() + "\n[[source]]\nuse = \"numbers\"\n[[sink]]\nuse = \"lines\"\nname = \"more\"\nfrom = \"numbers\"\n"
            + "path = \"@/more.txt\"\n"
        #expect(try await run(more) == "published")
        #expect(try await run(more) == "published")
        #expect(try await run() == "published")
        #expect(try await run(scope: RunScope(limit: 2)) == "published")
        // The file has what the limit has left.
        #expect(try await run() == "published")
        #expect(try await run() == "nothing new")
        #expect(try await run(text(name: "renamed")) == "published")
        try FileManager.default.removeItem(atPath: workshop.folder.path("out.txt"))
        #expect(try await run(text(name: "renamed")) == "published")
        #expect(try await run(text(name: "renamed")) == "nothing new")
    }

    @Test func `a run that was resumed keeps what the sources said at its beginning`() async throws {
        let control = RunControl()
        let stopped = try await workshop.runStored(text(), control: control) { if $0.read >= 8 { control.stop() } }
        #expect(stopped.report.ending == "stopped")
        #expect(stopped.report.canBeResumed)
        let (report, _) = try await workshop.runStored(text())
        #expect(report.ending == "published")
        #expect(report.attempt == 2)
        #expect(try await run() == "nothing new")
    }

    @Test func `a run that failed has kept nothing`() async throws {
        try workshop.folder.write("a moves", to: "data")
        #expect(try await run().hasPrefix("source-changed: "))
        try workshop.folder.write("a", to: "data")
        #expect(try await run() == "published")
    }

    @Test func `anything else than read and skip is refused`() async throws {
        #expect(
            try await workshop.findings(text("maybe")) == """
                p.toml:5:13: error[option.choice]: expected "read" or "skip", found "maybe"
                    5 | unchanged = "maybe"
                      |             ^^^^^^^
                """
        )
    }
}
