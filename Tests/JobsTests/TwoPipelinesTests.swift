import Jobs
import PluginKit
import PluginTestKit
import Testing

/// Several jobs run in one process, each with its own control and its own progress.
@Suite struct TwoPipelinesTests {
    private let workshop: JobWorkshop

    init() throws { workshop = try JobWorkshop() }

    @Test func `two pipelines run at the same time, one is stopped and resumed, and the other finishes`() async throws {
        // The films wait until they are stopped; the plays wait until the resumed films have read all.
        let (hold, last) = (workshop.gate("hold"), workshop.gate("last"))
        try workshop.add("films", "last = 5\nwaits_before = 3\ngate = \"\(hold)\"\nopens = \"\(last)\"")
        try workshop.add("plays", "last = 4\nwaits_before = 2\ngate = \"\(last)\"")
        let (stopped, resumed, other) = await runTwoPipelines(in: workshop.world)
        #expect(stopped.ending == .stopped)
        #expect(stopped.words == ["films: stopped, can be resumed: true"])
        #expect(resumed.ending == .complete)
        #expect(resumed.words == ["films: complete, 5 written"])
        #expect(resumed.reports.first?.resumedFrom != nil && resumed.reports.first?.attempt == 2)
        #expect(other.words == ["plays: complete, 4 written"])
        #expect(other.reports.first?.attempt == 1)
        #expect(workshop.lines("films") == ["1", "2", "3", "4", "5"])
        #expect(workshop.lines("plays") == ["1", "2", "3", "4"])
        let history = try RunHistory(in: workshop.world.stateFolder).runs()
        #expect(history.map { "\($0.pipeline) \($0.status)" }.sorted() == ["films complete", "plays complete"])
    }

    @Test func `the page on embedding shows the code that is tested`() throws {
        let here = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
        func text(_ path: String) throws -> String {
            String(decoding: try InputFile("\(here)/\(path)").readAll(atMost: 1 << 20), as: UTF8.self)
        }
        #expect(try text("../../docs/embedding.md").contains("```swift\n\(text("Examples/TwoPipelines.swift"))```\n"))
    }

    @Test func `a pipeline that runs already in this process is refused, and the first continues`() async throws {
        let gate = workshop.gate("films")
        try workshop.add("films", "last = 3\nwaits_before = 2\ngate = \"\(gate)\"")
        let first = JobRun(JobOrder(["films"]), in: workshop.world)
        async let running = first.run()
        for await progress in first.updates where progress.run?.read == 1 { break }
        let second = await JobRun(JobOrder(["films"]), in: workshop.world).run()
        #expect(second.words == ["films: refused: environment.locked"])
        let problem = try #require(second.steps.first?.outcome.problems.first)
        #expect(problem.message.hasPrefix("the pipeline 'films' is running already in this process, since 20"))
        #expect(problem.category == .environment)
        // Another use of the pipeline has a state of its own, and the output is held.
        let instance = await JobRun(JobOrder(["films"], instance: "anna"), in: workshop.world).run()
        #expect(instance.words == ["films: refused: file.claimed"])
        Gate.named(gate).open()
        #expect(await running.words == ["films: complete, 3 written"])
    }

    @Test func `what stops the world stops every job, and none begins afterwards`() async throws {
        for name in ["films", "plays"] {
            try workshop.add(name, "last = 3\nwaits_before = 2\ngate = \"\(workshop.gate(name))\"")
        }
        let jobs = ["films", "plays"].map { JobRun(JobOrder([$0, "films"]), in: workshop.world) }
        async let films = jobs[0].run()
        async let plays = jobs[1].run()
        for job in jobs { for await progress in job.updates where progress.run?.read == 1 { break } }
        workshop.world.interruption.stop()
        #expect(await films.ending == .stopped)
        #expect(
            await plays.words == ["plays: stopped, can be resumed: true", "films: not started, blocked by the stop"]
        )
        let late = await JobRun(JobOrder(["plays"]), in: workshop.world).run()
        #expect(late.words == ["plays: not started, blocked by the stop"])
    }

    @Test func `progress has the step that runs and the outcomes of those before, and ends with the job`() async throws
    {
        try workshop.add("films", "last = 2")
        let gate = workshop.gate("plays")
        try workshop.add("plays", "last = 3\nwaits_before = 3\ngate = \"\(gate)\"")
        let job = JobRun(JobOrder(["films", "plays"]), in: workshop.world)
        #expect(job.progress.step == nil && !job.progress.hasEnded)
        async let running = job.run()
        for await progress in job.updates where progress.step == "plays" && progress.run?.read == 2 { break }
        let progress = job.progress
        #expect(progress.steps.map(\.name) == ["films"] && progress.run?.stage == "paced" && !progress.hasEnded)
        Gate.named(gate).open()
        #expect(await running.ending == .complete)
        #expect(job.progress.hasEnded && job.progress.steps.map(\.name) == ["films", "plays"])
        // One who comes late is given the end.
        var last: JobProgress?
        for await progress in job.updates { last = progress }
        #expect(last?.hasEnded == true && last?.step == nil)
    }
}
