import Runs
import PluginKit
import PluginTestKit
import Testing
import TestPipelines

/// A value that the next run takes for true is that of the last run that published, whatever ran since.
@Suite struct RunValuesTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func text(_ checkpoints: String = "\"never\"", _ more: String = "") -> String {
        """
        name = "p"
        [run]
        checkpoint_every = \(checkpoints)
        workers = 1
        [[source]]
        use = "keeping"
        path = "@/data"
        [[sink]]
        use = "lines"
        path = "@/out.txt"
        \(more)
        """
    }

    private var kept: String {
        get async throws {
            try await workshop.kept.value(of: "keeping").map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
        }
    }

    /// Runs it with other data, and says how that ended.
    private func run(_ data: String, _ text: String, restarts: Bool = false, dry: Bool = false) async throws -> String {
        try workshop.folder.write(data, to: "data")
        if dry { return try await workshop.run(text).ending }
        return try await workshop.runStored(text, restarts: restarts).report.ending
    }

    @Test func `what a published run has had kept is there for the next one`() async throws {
        #expect(try await run("a", text()) == "published")
        #expect(try await kept == "a")
        let trace = Trace()
        _ = try await Trace.$current.withValue(trace) { try await run("b", text()) }
        #expect(trace.all.filter { $0.hasSuffix(": a") } == ["1: a", "2: a", "3: a", "4: a"])
        #expect(try await kept == "b")
    }

    @Test(arguments: ["b moves", "b fails"], ["\"never\"", "1"])
    func `a run that does not publish leaves the value before`(data: String, checkpoints: String) async throws {
        #expect(try await run("a", text(checkpoints)) == "published")
        #expect(try await run(data, text(checkpoints)) != "published")
        #expect(try await kept == "a")
        // One that begins anew and is cut off before it has anything kept does not bring it back either.
        let broken = text(checkpoints, "fail = \"finish\"")
        #expect(try await run("c", broken, restarts: true) != "published")
        #expect(try await kept == "a")
        #expect(try await run("d", text(checkpoints), restarts: true) == "published")
        #expect(try await kept == "d")
    }

    @Test func `a run that is resumed has kept what the process before has read`() async throws {
        #expect(try await run("a", text("1")) == "published")
        // It fails after page 3, whose value waits.
        #expect(try await run("b fails", text("1")) != "published")
        let trace = Trace()
        let ending = try await Trace.$current.withValue(trace) { try await run("c", text("1")) }
        #expect(ending == "published")
        #expect(trace.all.filter { $0.hasSuffix(": a") } == ["4: a"])
        #expect(try await kept == "b")
    }

    @Test func `a run without a journal leaves nothing`() async throws {
        #expect(try await run("a", text()) == "published")
        #expect(try await run("b", text(), dry: true) == "published")
        #expect(try await run("c fails", text(), dry: true) != "published")
        #expect(try await kept == "a")
        #expect(try await run("d fails", text()) != "published")
        #expect(try await kept == "a")
    }

    @Test func `values of a run that was cut off after it had published are kept by the next one`() async throws {
        #expect(try await run("a", text()) == "published")
        // As if the process had ended between the two steps: the value waits, and the run is complete.
        let id = try #require(try RunHistory(in: workshop.folder.path("state")).runs().first?.id)
        var writer = StateWriter()
        id.write(to: &writer)
        writer.write(1)
        "keeping".write(to: &writer)
        writer.write(Array("late".utf8))
        try await workshop.kept.keep(writer.bytes, as: "run p")
        let trace = Trace()
        _ = try await Trace.$current.withValue(trace) { try await run("b", text()) }
        #expect(trace.all.contains("1: late"))
    }
}
