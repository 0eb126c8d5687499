import Diagnostics
import Formats
import Jobs
import PluginTestKit
import Testing

/// Which steps run is decided by how the steps before have ended.
@Suite struct JobOutcomeTests {
    private let workshop: JobWorkshop

    init() throws {
        workshop = try JobWorkshop()
        try workshop.add("fine", "last = 2")
        // More is rejected than is allowed only at run time: a source that never ends by itself would do as well.
        try workshop.add("late", "last = 2", run: "time_limit = \"1ms\"")
        try workshop.add("wrong", "lst = 2")
        try workshop.add("dependent", "last = 1", top: "needs = [\"held\"]")
        try workshop.add("held", "last = 1")
    }

    @Test func `what is wrong with a file refuses the job before anything runs`() async throws {
        let outcome = await JobRun(JobOrder(["fine", "wrong"]), in: workshop.world).run()
        #expect(outcome.ending == .refused && outcome.steps.isEmpty)
        #expect(outcome.refusal.all.map(\.code) == ["option.unknown"])
        #expect(workshop.lines("fine") == nil)
        let report = try report(outcome)
        #expect(report["outcome"]?.string == "not-started")
        #expect(report["findings"]?[0]?["code"]?.string == "option.unknown")
    }

    @Test func `a step that is refused blocks those that need it, and not the others`() async throws {
        try workshop.add(
            chain: "night",
            """
            [[step]]
            run = "held"
            on_failure = "continue"
            [[step]]
            run = "dependent"
            [[step]]
            run = "fine"
            needs = []
            """
        )
        // The lock of 'held' is taken by another run.
        let gate = workshop.gate("held")
        try workshop.add("held", "last = 2\nwaits_before = 2\ngate = \"\(gate)\"")
        let other = JobRun(JobOrder(["held"]), in: workshop.world)
        async let running = other.run()
        for await progress in other.updates where progress.run?.read == 1 { break }
        let outcome = await JobRun(JobOrder(["night"]), in: workshop.world).run()
        Gate.named(gate).open()
        #expect(await running.ending == .complete)
        #expect(outcome.ending == .failed)
        #expect(
            outcome.words == [
                "held: refused: environment.locked", "dependent: skipped, blocked by held", "fine: complete, 2 written",
            ]
        )
        let steps = try #require(try report(outcome)["steps"]?.array)
        #expect(steps.map { $0["outcome"]?.string } == ["refused", "skipped", "complete"])
        #expect(steps.map { $0["blockedBy"]?.string } == [nil, "held", nil])
        #expect(steps.map { $0["exit"]?.integer } == [3, nil, 0])
    }

    @Test func `a dry run is complete and leaves nothing`() async throws {
        let outcome = await JobRun(JobOrder(["fine"], scope: .init(isDry: true)), in: workshop.world).run()
        #expect(outcome.words == ["fine: complete, 2 written"])
        #expect(workshop.lines("fine") == nil && !workshop.folder.files.contains { $0.hasPrefix("state/") })
    }

    @Test func `the events of a job come in order`() async throws {
        let events = Events()
        let job = JobRun(JobOrder(["fine", "nope"]), in: workshop.world) { events.note($0) }
        #expect(await job.run().ending == .refused)
        #expect(events.all == [])
        let second = JobRun(JobOrder(["fine"]), in: workshop.world) { events.note($0) }
        #expect(await second.run().ending == .complete)
        #expect(events.all == ["findings", "begins fine", "findings", "ends fine"])
    }

    private func report(_ outcome: JobOutcome) throws -> JSONValue {
        let head = ReportHead(verb: "run", exit: 3, stepExits: [3, nil, 0])
        let report = try JSONValue(parsing: outcome.report(for: head), name: "report")
        #expect(report["version"]?.integer == 1 && report["exit"]?.integer == 3 && report["verb"]?.string == "run")
        return report
    }
}
