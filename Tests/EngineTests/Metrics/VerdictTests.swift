import PluginKit
import PluginTestKit
import Testing

@testable import Engine

@Suite struct VerdictTests {
    /// Made-up times and what is said of them.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var times: RunTimes
        let words: String
        let advice: String
        var testDescription: String { name }
    }

    private typealias Stage = RunTimes.Stage

    private static func times(_ phases: [RunPhase: Double], _ change: (inout RunTimes) -> Void = { _ in }) -> RunTimes {
        var times = RunTimes(
            total: 100,
            phases: phases,
            stages: [
                Stage(name: "plays", kind: .source, own: 60), Stage(name: "tidy", kind: .transform, own: 20),
                Stage(name: "diary", kind: .sink, own: 10),
            ],
            processor: 10,
            processors: 2,
            workers: 3
        )
        change(&times)
        return times
    }

    static let cases: [Case] = [
        Case(
            name: "a source that says page by page what follows",
            times: times([.reading(0): 80, .writing(2): 20]),
            words: "the run waited for the source 'plays' 60 % of the time",
            advice: "it says page by page what follows, so pages come one after the other; "
                + "try batch_size = 5000 under [run]"
        ),
        Case(
            name: "a source that names its pages",
            times: times([.reading(0): 100]) { $0.stages[0].namesPages = true },
            words: "the run waited for the source 'plays' 75 % of the time",
            advice: "try workers = 6 under [run]: so many of its pages are read at once"
        ),
        Case(
            name: "a source, and processors that have nothing left",
            times: times([.reading(0): 100]) { $0.processor = 180 },
            words: "the run waited for the source 'plays' 75 % of the time",
            advice: "the processors are busy; fewer columns, or a filter further up, leave less to do"
        ),
        Case(
            name: "a server",
            times: times([.reading(0): 90]) {
                $0.stages[0].server = 55
                $0.stages[0].namesPages = true
            },
            words: "'plays' waited for the server 62 % of the time",
            advice: "try workers = 6 under [run]: so many of its pages are read at once"
        ),
        Case(
            name: "a transform without a memory",
            times: times([.reading(0): 100]) { $0.stages[1].own = 240 },
            words: "the run waited for the transform 'tidy' 80 % of the time",
            advice: "try workers = 6 under [run]"
        ),
        Case(
            name: "a transform with a memory",
            times: times([.reading(0): 10, .remembering(1): 85]) { $0.stages[1].isOrdered = true },
            words: "the run waited for the transform 'tidy' 85 % of the time",
            advice: "pages go through it one after the other; try to filter before it what it does not need"
        ),
        Case(
            name: "a sink, while the run goes on and behind its end",
            times: times([.reading(0): 40, .writing(2): 30, .settling: 30]),
            words: "the run waited for the sink 'diary' 60 % of the time",
            advice: "batches go to it one after the other; try batch_size = 5000 under [run], so that it has fewer"
        ),
        Case(
            name: "a limiter",
            times: times([.reading(0): 100]) {
                $0.stages[0].own = 17
                $0.stages[1].own = 0
                $0.stages[0].waits = [.init(cause: .limiter, layer: "quota", seconds: 83)]
            },
            words: "the limiter 'quota' held 'plays' back 83 % of the time",
            advice: "try a cache outside of it, or a higher 'requests' in [middleware.quota] if the service allows it"
        ),
        Case(
            name: "pauses before repetitions",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [
                    .init(cause: .retry, layer: "patience", seconds: 300),
                    .init(cause: .limiter, layer: "quota", seconds: 20),
                ]
            },
            words: "'plays' paused before calls were made again by 'patience' 75 % of the time",
            advice:
                "try a lower rate: 'rate-limit' inside of [middleware.patience], so that fewer calls are turned away"
        ),
        Case(
            name: "a breaker",
            times: times([.writing(2): 100]) {
                $0.stages[2].waits = [.init(cause: .breaker, layer: "outage", seconds: 90)]
            },
            words: "the breaker 'outage' was open for 'diary' 90 % of the time",
            advice: "the other side was down; 'pause' in [middleware.outage] says how long it is left alone"
        ),
        Case(
            name: "a pool that is too small",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [.init(cause: .pool, layer: "workers", seconds: 320)]
            },
            words: "'plays' waited for a place in the pool 'workers' 80 % of the time",
            advice: "try a larger 'workers' in [middleware.workers], or workers = \"adaptive\""
        ),
        Case(
            name: "checkpoints",
            times: times([.storing: 70, .reading(0): 30]),
            words: "the run waited for checkpoints to be stored 70 % of the time",
            advice: "try checkpoint_every = \"30s\" under [run]"
        ),
        Case(
            name: "files that are read twice at the end",
            times: times([.finishing: 30, .publishing: 40, .reading(0): 30]) { $0.verifiesContent = true },
            words: "files were completed and looked at 70 % of the time",
            advice: "try verify = \"count\" under [run]: it reads files once, not twice"
        ),
        Case(
            name: "small pages",
            times: times([.working: 90, .reading(0): 10]) { $0.batchSize = 10 },
            words: "the run counted and handed pages on 90 % of the time",
            advice: "pages are small for their number; try batch_size = 50 under [run]"
        ),
    ]

    /// What is set already, or changes nothing, is no advice.
    static let settled: [Case] = [
        Case(
            name: "a source that names its pages, behind a narrow pool",
            times: times([.reading(0): 100]) {
                $0.stages[0].namesPages = true
                $0.stages[0].pools = [.init(layer: "places", places: 2)]
            },
            words: "the run waited for the source 'plays' 75 % of the time",
            advice: "try workers = 4 in [middleware.places], or workers = \"adaptive\""
        ),
        Case(
            name: "a transform whose pages are read through a pool",
            times: times([.reading(0): 100]) {
                $0.stages[1].own = 240
                $0.stages[0].pools = [.init(layer: "places", places: 5)]
            },
            words: "the run waited for the transform 'tidy' 80 % of the time",
            advice: "try workers = 10 in [middleware.places], or workers = \"adaptive\""
        ),
        Case(
            name: "an adaptive pool at its most",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [.init(cause: .pool, layer: "places", seconds: 320)]
                $0.stages[0].pools = [.init(layer: "places", places: 200, most: 200)]
            },
            words: "'plays' waited for a place in the pool 'places' 80 % of the time",
            advice: "try max_workers = 400 in [middleware.places]"
        ),
        Case(
            name: "an adaptive pool below its most",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [.init(cause: .pool, layer: "places", seconds: 320)]
                $0.stages[0].pools = [.init(layer: "places", places: 12, most: 200)]
            },
            words: "'plays' waited for a place in the pool 'places' 80 % of the time",
            advice:
                "the pool [middleware.places] has found that the other side takes no more; fewer calls would help, such as a cache"
        ),
        Case(
            name: "a pool with as many places as there can be",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [.init(cause: .pool, layer: "places", seconds: 320)]
                $0.stages[0].pools = [.init(layer: "places", places: 10_000)]
            },
            words: "'plays' waited for a place in the pool 'places' 80 % of the time",
            advice: "its pool [middleware.places] has as many places as there can be"
        ),
        Case(
            name: "a sink, and the largest batches that there are",
            times: times([.writing(2): 100]) { $0.batchSize = 100_000 },
            words: "the run waited for the sink 'diary' 100 % of the time",
            advice: "batches go to it one after the other, and they are as large as they can be"
        ),
        Case(
            name: "a source with a page size of its own",
            times: times([.reading(0): 100]) { ($0.stages[0].pages, $0.stages[0].records) = (40, 40 * 250) },
            words: "the run waited for the source 'plays' 75 % of the time",
            advice:
                "it says page by page what follows, so pages come one after the other, and they are as large as they can be"
        ),
        Case(
            name: "tiny pages",
            times: times([.reading(0): 100]) {
                $0.batchSize = 5
                $0.stages[0].namesPages = true
                ($0.stages[0].pages, $0.stages[0].records) = (400, 2000)
            },
            words: "the run waited for the source 'plays' 75 % of the time",
            advice: "pages have only 5 records; try batch_size = 1000 under [run]"
        ),
        Case(
            name: "checkpoints that are rare already",
            times: times([.storing: 70, .reading(0): 30]) { $0.checkpointEvery = .time(.seconds(30)) },
            words: "the run waited for checkpoints to be stored 70 % of the time",
            advice: "checkpoints are rare already; a faster disk for the state and the files shortens it"
        ),
        Case(
            name: "a limiter with a cache outside",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [.init(cause: .limiter, layer: "quota", seconds: 320, hasCacheOutside: true)]
            },
            words: "the limiter 'quota' held 'plays' back 80 % of the time",
            advice: "try a higher 'requests' in [middleware.quota] if the service allows it"
        ),
        Case(
            name: "a limiter round a sink",
            times: times([.writing(2): 100]) {
                $0.stages[2].waits = [.init(cause: .limiter, layer: "quota", seconds: 90)]
            },
            words: "the limiter 'quota' held 'diary' back 90 % of the time",
            advice: "try a higher 'requests' in [middleware.quota] if the service allows it"
        ),
        Case(
            name: "pauses round a limiter",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [
                    .init(cause: .retry, layer: "patience", seconds: 320, limiterInside: "quota")
                ]
            },
            words: "'plays' paused before calls were made again by 'patience' 80 % of the time",
            advice: "try a lower 'requests' in [middleware.quota], so that fewer calls are turned away"
        ),
    ]

    @Test func `what stages share is divided among them as they were held back`() throws {
        var times = Self.times([.reading(0): 10, .writing(2): 90])
        (times.stages[0].heldBack, times.stages[1].heldBack, times.stages[2].heldBack) = (30, 0, 180)
        times.stages[0].waits = [.init(cause: .limiter, layer: "quota", seconds: 10)]
        times.divide(.init(wait: .init(cause: .breaker, layer: "outage", seconds: 200), stages: [0, 1, 2]))
        #expect(times.stages.map { $0.waits.first { $0.cause == .breaker }?.seconds } == [20, nil, 180])
        let verdict = try #require(Verdict(times))
        // 90 s before the sink, which has 180 s of waiting for 10 s of its own.
        #expect(verdict.words == "the breaker 'outage' was open for 'diary' 85 % of the time")
    }

    @Test func `what stages share is divided evenly where nothing is known of them`() {
        var times = Self.times([.reading(0): 100])
        times.divide(.init(wait: .init(cause: .pool, layer: "places", seconds: 30), stages: [0, 2]))
        #expect(times.stages.map { $0.waits.map(\.seconds) } == [[15], [], [15]])
    }

    @Test(arguments: cases + settled)
    func `what the run waited for the longest is named, with one thing to try`(example: Case) throws {
        let verdict = try #require(Verdict(example.times))
        #expect(verdict.words == example.words)
        #expect(verdict.advice == example.advice)
        #expect(0...1 ~= verdict.share)
    }

    @Test func `a run that took no time has no verdict`() {
        #expect(Verdict(RunTimes(total: 0, phases: [:], stages: [])) == nil)
    }

    @Test(arguments: ["numbers", "lines"])
    func `of stages that share a layer, the one that waited is named by a real run`(stage: String) async throws {
        let shop = try Workshop()
        let driver = Task { [time = shop.time] in
            while !Task.isCancelled {
                time.advance(by: .seconds(1))
                for _ in 0..<50 { await Task.yield() }
            }
        }
        defer { driver.cancel() }
        let report = try await shop.run(
            """
            [middleware.places]
            use = "hold"
            stage = "\(stage)"
            takes = "10s"

            [[source]]
            use = "numbers"
            count = 12
            page = 2

            [[sink]]
            use = "lines"
            path = "@/out.txt"
            """
        )
        #expect(report.ending == "published")
        let verdict = try #require(report.verdict)
        #expect(verdict.cause == .pool)
        #expect(verdict.stage == stage)
        #expect(verdict.layer == "places")
    }

    @Test func `a sink that takes its time is what a real run says`() async throws {
        let shop = try Workshop()
        let told = Guarded(0)
        async let ended = shop.run(
            """
            [run]
            queue = 20

            [[source]]
            use = "numbers"
            count = 20
            page = 2

            [[sink]]
            use = "lines"
            path = "@/out.txt"
            takes = "1s"
            """
        ) { _ in told.withLock { $0 += 1 } }
        // All pages lie before the sink; from here on the run only waits for it.
        while told.withLock({ $0 }) < 10 { await Task.yield() }
        for _ in 0..<1000 { await Task.yield() }
        for _ in 0..<10 {
            await shop.time.sleepers(atLeast: 1)
            shop.time.advance(by: .seconds(1))
        }
        let report = try await ended
        let verdict = try #require(report.verdict)
        #expect(verdict.cause == .sink)
        #expect(verdict.stage == "lines")
        #expect(verdict.share >= 0.9)
        #expect(report.phases.reduce(.zero) { $0 + $1.time } == .seconds(10))
        #expect(report.duration == .seconds(10))
    }
}
