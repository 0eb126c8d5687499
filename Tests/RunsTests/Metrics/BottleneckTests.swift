import PluginKit
import PluginTestKit
import Testing

@testable import Runs
import Pipelines
import TestPipelines

@Suite struct BottleneckTests {
    /// Made-up times and what is said of them.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var times: RunTimes
        let words: String
        let advice: String?
        var testDescription: String { name }
    }

    private typealias Stage = RunTimes.Stage

    private static func times(_ phases: [RunPhase: Double], _ change: (inout RunTimes) -> Void = { _ in }) -> RunTimes {
        var times = RunTimes(
            total: 100,
            phases: phases,
            stages: [
                Stage(name: "plays", kind: .source, isCacheable: true, own: 60),
                Stage(name: "tidy", kind: .transform, own: 20),
                Stage(name: "diary", kind: .sink, own: 10),
            ],
            processor: 10,
            processors: 2,
            workers: 3,
            remedies: HouseLayers.remedies
        )
        change(&times)
        return times
    }

    /// A service's own limit, which the plugin of the stage keeps to and knows nothing more of.
    private static func ownLimit(_ seconds: Double, hasReuseOutside: Bool = false) -> RunTimes.Wait {
        let limit = "Trakt's request limit"
        return RunTimes.Wait(
            delay: Delay("limit", kind: .rate, subject: limit, stage: "plays", length: .zero),
            layer: limit,
            seconds: seconds,
            hasReuseOutside: hasReuseOutside,
            adviser: RunTimes.bound(of:)
        )
    }

    /// A source whose pages were read by all workers at a time.
    private static func full(_ times: inout RunTimes) {
        times.stages[0].own = 295
        times.stages[0].namesPages = true
        times.stages[1].own = 0
    }

    /// Shapes of runs in which a change would help.
    static let changes: [Case] = [
        Case(
            name: "a source that names its pages, with all workers busy",
            times: times([.reading(0): 100], full),
            words: "the run waited for the source 'plays' 100 % of the time",
            advice: "try workers = 6 under [run]"
        ),
        Case(
            name: "a server that all workers wait for",
            times: times([.reading(0): 90]) {
                full(&$0)
                $0.stages[0].server = 290
            },
            words: "'plays' waited for the server 88 % of the time",
            advice: "try workers = 6 under [run]"
        ),
        Case(
            name: "as many workers as are proposed as a number",
            times: times([.reading(0): 100]) {
                full(&$0)
                $0.stages[0].own = 3200
                $0.workers = 32
            },
            words: "the run waited for the source 'plays' 100 % of the time",
            advice: "32 pages were read at a time; a pool with workers = \"adaptive\" finds out whether more help"
        ),
        Case(
            name: "a transform without a memory, with all workers busy",
            times: times([.reading(0): 100]) { $0.stages[1].own = 240 },
            words: "the run waited for the transform 'tidy' 80 % of the time",
            advice: "try workers = 6 under [run]"
        ),
        Case(
            name: "a transform whose pages are read through a pool",
            times: times([.reading(0): 100]) {
                $0.stages[1].own = 340
                $0.stages[0].gateways = [HouseLayers.gateway(places: 5)]
            },
            words: "the run waited for the transform 'tidy' 85 % of the time",
            advice: "try workers = 10 in [middleware.places], or workers = \"adaptive\""
        ),
        Case(
            name: "a source that names its pages, with a narrow pool",
            times: times([.reading(0): 100]) {
                full(&$0)
                $0.stages[0].gateways = [HouseLayers.gateway(places: 2)]
            },
            words: "the run waited for the source 'plays' 100 % of the time",
            advice: "try workers = 4 in [middleware.places], or workers = \"adaptive\""
        ),
        Case(
            name: "a pool that is too small",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [HouseLayers.pool(320, places: 8)]
                $0.stages[0].gateways = [HouseLayers.gateway(places: 8)]
            },
            words: "'plays' waited for a place in the pool 'places' 80 % of the time",
            advice: "try workers = 16 in [middleware.places], or workers = \"adaptive\""
        ),
        Case(
            name: "a pool with many places",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [HouseLayers.pool(320, places: 40)]
                $0.stages[0].gateways = [HouseLayers.gateway(places: 40)]
            },
            words: "'plays' waited for a place in the pool 'places' 80 % of the time",
            advice: "try workers = \"adaptive\" in [middleware.places], which finds how many calls at a time the "
                + "server can handle"
        ),
        Case(
            name: "an adaptive pool at its most",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [HouseLayers.pool(320, places: 200, most: 200)]
                $0.stages[0].gateways = [HouseLayers.gateway(places: 200, most: 200)]
            },
            words: "'plays' waited for a place in the pool 'places' 80 % of the time",
            advice: "try max_workers = 400 in [middleware.places]"
        ),
        Case(
            name: "a limiter",
            times: times([.reading(0): 100]) {
                $0.stages[0].own = 17
                $0.stages[1].own = 0
                $0.stages[0].waits = [HouseLayers.limiter(83)]
            },
            words: "'plays' waited for the request limit 'quota' 83 % of the time",
            advice: "try a cache outside of it, or a higher 'requests' in [middleware.quota] if the service allows it"
        ),
        Case(
            name: "a limiter with a cache outside",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [HouseLayers.limiter(320, hasReuseOutside: true)]
            },
            words: "'plays' waited for the request limit 'quota' 80 % of the time",
            advice: "try a higher 'requests' in [middleware.quota] if the service allows it"
        ),
        Case(
            name: "a limiter around a source that no cache keeps",
            times: times([.reading(0): 100]) {
                $0.stages[0].isCacheable = false
                $0.stages[0].waits = [HouseLayers.limiter(320)]
            },
            words: "'plays' waited for the request limit 'quota' 80 % of the time",
            advice: "try a higher 'requests' in [middleware.quota] if the service allows it"
        ),
        Case(
            name: "a limiter around a sink",
            times: times([.writing(2): 100]) {
                $0.stages[2].waits = [HouseLayers.limiter(90, stage: "diary")]
            },
            words: "'diary' waited for the request limit 'quota' 90 % of the time",
            advice: "try a higher 'requests' in [middleware.quota] if the service allows it"
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
            advice: "try verify = \"count\" under [run]: files are then read once, not twice"
        ),
        Case(
            name: "pages that were measured to be small",
            times: times([.working: 90, .reading(0): 10]) {
                $0.batchSize = 10
                ($0.stages[0].pages, $0.stages[0].records) = (400, 4000)
            },
            words: "the run counted and handed pages on 90 % of the time",
            advice: "pages have only 10 records; try batch_size = 1000 under [run]"
        ),
        Case(
            name: "pages of one record",
            times: times([.reading(0): 100]) {
                $0.batchSize = 1
                ($0.stages[0].pages, $0.stages[0].records) = (400, 400)
            },
            words: "the run waited for the source 'plays' 75 % of the time",
            advice: "pages have only 1 record; try batch_size = 1000 under [run]"
        ),
        Case(
            name: "a server that is asked for small pages, one after the other",
            times: times([.reading(0): 100]) {
                $0.stages[0].server = 60
                $0.batchSize = 200
                ($0.stages[0].pages, $0.stages[0].records) = (50, 10_000)
            },
            words: "'plays' waited for the server 75 % of the time",
            advice: "each of its pages says where the next one is, so they come one after the other; "
                + "try batch_size = 1000 under [run], so that there are fewer"
        ),
    ]

    /// Shapes of runs that nothing proposed would make faster: why not, or no advice at all.
    static let bounds: [Case] = [
        Case(
            name: "a service's own limit, which looked like its server",
            times: times([.reading(0): 240]) {
                $0.total = 240
                full(&$0)
                ($0.stages[0].own, $0.stages[0].server) = (20, 20)
                $0.stages[0].waits = [ownLimit(900)]
            },
            words: "'plays' waited for Trakt's request limit 98 % of the time",
            advice: "the service's limit is what bounds the run; only fewer requests help, such as by a cache"
        ),
        Case(
            name: "a service's own limit, with a cache",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [
                    ownLimit(900, hasReuseOutside: true)
                ]
            },
            words: "'plays' waited for Trakt's request limit 92 % of the time",
            advice: "the service's limit is what bounds the run"
        ),
        Case(
            name: "a server, and a limit that had calls wait as well",
            times: times([.reading(0): 100]) {
                full(&$0)
                $0.stages[0].server = 290
                $0.stages[0].waits = [ownLimit(10)]
            },
            words: "'plays' waited for the server 95 % of the time",
            advice: "Trakt's request limit is reached; more calls at a time would only wait for it"
        ),
        Case(
            name: "a pool, and a limiter inside of it",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [
                    HouseLayers.pool(320, places: 4),
                    HouseLayers.limiter(100),
                ]
                $0.stages[0].gateways = [HouseLayers.gateway(places: 4)]
            },
            words: "'plays' waited for a place in the pool 'places' 64 % of the time",
            advice: "the request limit 'quota' is reached; more calls at a time would only wait for it"
        ),
        Case(
            name: "pauses that the server asked for",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [HouseLayers.pauses("pause", 320)]
            },
            words: "'plays' paused as long as the server asked for 80 % of the time",
            advice: "the service's limit is what bounds the run; only fewer requests help, such as by a cache"
        ),
        Case(
            name: "pauses that the server asked for, of a source that no cache keeps",
            times: times([.reading(0): 100]) {
                $0.stages[0].isCacheable = false
                $0.stages[0].waits = [HouseLayers.pauses("pause", 320)]
            },
            words: "'plays' paused as long as the server asked for 80 % of the time",
            advice: "the service's limit is what bounds the run"
        ),
        Case(
            name: "a limiter whose calls the server turned away nevertheless",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [
                    HouseLayers.limiter(320, hasReuseOutside: true, wasTurnedAway: true)
                ]
            },
            words: "'plays' waited for the request limit 'quota' 80 % of the time",
            advice: "the server asked for pauses as well, so its own limit is what bounds the run"
        ),
        Case(
            name: "pauses before repetitions",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [HouseLayers.pauses("retry", 320)]
            },
            words: "'plays' paused before calls were repeated by 'patience' 80 % of the time",
            advice: "calls failed and were repeated; the note 'retry.repeats' in the findings states why"
        ),
        Case(
            name: "a breaker",
            times: times([.writing(2): 100]) {
                $0.stages[2].waits = [HouseLayers.breaker(90, stage: "diary")]
            },
            words: "the breaker 'outage' delayed calls of 'diary' 90 % of the time",
            advice: "the server was down; 'pause' in [middleware.outage] sets how long the breaker stays open"
        ),
        Case(
            name: "an adaptive pool below its most",
            times: times([.reading(0): 100]) {
                $0.stages[0].waits = [HouseLayers.pool(320, places: 12, most: 200)]
                $0.stages[0].gateways = [HouseLayers.gateway(places: 12, most: 200)]
            },
            words: "'plays' waited for a place in the pool 'places' 80 % of the time",
            advice: "the server cannot handle more calls at a time than [middleware.places] allows now; only fewer "
                + "calls help"
        ),
        Case(
            name: "workers that had nothing to do",
            times: times([.reading(0): 100]) {
                $0.stages[0].namesPages = true
                $0.workers = 8
            },
            words: "the run waited for the source 'plays' 75 % of the time",
            advice: nil
        ),
        Case(
            name: "a source, and processors that have nothing left",
            times: times([.reading(0): 100]) { $0.processor = 180 },
            words: "the run waited for the source 'plays' 75 % of the time",
            advice: "the processors are busy; fewer columns, or a filter further up, leave less to do"
        ),
        Case(
            name: "a source whose pages follow from each other",
            times: times([.reading(0): 80, .writing(2): 20]),
            words: "the run waited for the source 'plays' 60 % of the time",
            advice: "each of its pages says where the next one is, so they come one after the other"
        ),
        Case(
            name: "a source with a page size of its own",
            times: times([.reading(0): 100]) {
                $0.batchSize = 100
                ($0.stages[0].pages, $0.stages[0].records) = (40, 40 * 10)
            },
            words: "the run waited for the source 'plays' 75 % of the time",
            advice: "each of its pages says where the next one is, so they come one after the other"
        ),
        Case(
            name: "a transform with a memory",
            times: times([.reading(0): 10, .transforming(1): 85]) { $0.stages[1].isOrdered = true },
            words: "the run waited for the transform 'tidy' 85 % of the time",
            advice: "pages go through it one after the other; try to filter before it what it does not need"
        ),
        Case(
            name: "a sink, during the run and after its last page",
            times: times([.reading(0): 40, .writing(2): 30, .settling: 30]),
            words: "the run waited for the sink 'diary' 60 % of the time",
            advice: "batches go to it one after the other; it is as fast as the disk or the service that it writes to"
        ),
        Case(
            name: "the run itself, with large pages",
            times: times([.working: 90, .reading(0): 10]) {
                ($0.stages[0].pages, $0.stages[0].records) = (400, 400_000)
            },
            words: "the run counted and handed pages on 90 % of the time",
            advice: nil
        ),
        Case(
            name: "the run itself, where nothing is known of its pages",
            times: times([.working: 90, .reading(0): 10]) { $0.batchSize = 10 },
            words: "the run counted and handed pages on 90 % of the time",
            advice: nil
        ),
        Case(
            name: "checkpoints that are rare already",
            times: times([.storing: 70, .reading(0): 30]) { $0.checkpointEvery = .time(.seconds(30)) },
            words: "the run waited for checkpoints to be stored 70 % of the time",
            advice: "checkpoints are rare already; only a faster disk for the state and the files shortens it"
        ),
        Case(
            name: "sources that are asked whether there is anything new",
            times: times([.asking: 80, .reading(0): 20]) { $0.stages[0].own = 0 },
            words: "sources were asked whether there is anything new 80 % of the time",
            advice: nil
        ),
        Case(
            name: "a limit that was waited for before anything was read",
            times: times([.asking: 80, .working: 20]) {
                $0.stages[0].own = 0
                $0.stages[0].waits = [
                    ownLimit(80, hasReuseOutside: true)
                ]
            },
            words: "'plays' waited for Trakt's request limit 80 % of the time",
            advice: "the service's limit is what bounds the run"
        ),
        Case(
            name: "a run without one thing that took much of it",
            times: times([
                .reading(0): 24, .writing(2): 22, .storing: 20, .finishing: 18, .working: 16,
            ]) { $0.stages[1].own = 0 },
            words: "the run waited for the source 'plays' 24 % of the time",
            advice: nil
        ),
    ]

    /// Runs that were cut off: what they waited for, and no advice.
    @Test(arguments: changes + bounds)
    func `a run that did not come to its end gets no advice`(example: Case) throws {
        var times = example.times
        times.isDone = false
        let bottleneck = try #require(Bottleneck(times))
        #expect(bottleneck.words == example.words)
        #expect(bottleneck.advice == nil)
    }

    @Test(arguments: changes + bounds)
    func `a run that was short or read nothing has no bottleneck`(example: Case) {
        var times = example.times
        times.records = 0
        #expect(Bottleneck(times) == nil)
        times.records = 1
        times.total = 0.99
        #expect(Bottleneck(times) == nil)
    }

    @Test func `a user who follows the advice is not given more of it for ever`() throws {
        var times = Self.times([.reading(0): 100], Self.full)
        var proposed: [Int] = []
        while let advice = Bottleneck(times)?.advice, let match = advice.firstMatch(of: /^try workers = (\d+) under/) {
            let workers = try #require(Int(match.1))
            #expect(workers > times.workers)
            proposed.append(workers)
            times.workers = workers
            times.stages[0].own = Double(workers) * 100
        }
        #expect(proposed == [6, 12, 24, 32])
        // Once more workers are no more pages at a time, that is the end of it as well.
        times.workers = 6
        times.stages[0].own = 300
        #expect(Bottleneck(times)?.advice == nil)
        var small = Self.times([.working: 100]) { $0.batchSize = 1 }
        var sizes: [Int] = []
        for _ in 0..<5 {
            (small.stages[0].pages, small.stages[0].records) = (10, 10 * small.batchSize)
            guard let match = Bottleneck(small)?.advice?.firstMatch(of: /batch_size = (\d+)/) else { break }
            small.batchSize = try #require(Int(match.1))
            sizes.append(small.batchSize)
        }
        #expect(sizes == [1000])
    }

    @Test(arguments: changes + bounds)
    func `advice is a sentence that fits after the words`(example: Case) {
        #expect(!example.words.hasSuffix("."))
        guard let advice = example.advice else { return }
        #expect(!advice.hasSuffix(".") && !advice.contains("  "))
        #expect(!advice.contains("behind") && !advice.contains("round "))
    }

    @Test func `what stages share is divided among them as they were delayed`() throws {
        var times = Self.times([.reading(0): 10, .writing(2): 90])
        (times.stages[0].heldBack, times.stages[1].heldBack, times.stages[2].heldBack) = (30, 0, 180)
        times.stages[0].waits = [HouseLayers.limiter(10)]
        let waits = ["plays", "tidy", "diary"].enumerated().map { ($0, HouseLayers.breaker(200, stage: $1)) }
        times.divide(.init(seconds: 200, waits: waits))
        #expect(times.stages.map { $0.waits.first { $0.delay.cause == "breaker" }?.seconds } == [20, nil, 180])
        let bottleneck = try #require(Bottleneck(times))
        // 90 s before the sink, which has 180 s of waiting for 10 s of its own.
        #expect(bottleneck.words == "the breaker 'outage' delayed calls of 'diary' 85 % of the time")
    }

    @Test func `what stages share is divided evenly where nothing is known of them`() {
        var times = Self.times([.reading(0): 100])
        let waits = [0, 2].map { ($0, HouseLayers.pool(30, places: 1)) }
        times.divide(.init(seconds: 30, waits: waits))
        #expect(times.stages.map { $0.waits.map(\.seconds) } == [[15], [], [15]])
    }

    @Test(arguments: changes + bounds)
    func `what the run waited for the longest is named, with one thing to try where it would help`(example: Case) throws
    {
        let bottleneck = try #require(Bottleneck(example.times))
        #expect(bottleneck.words == example.words)
        #expect(bottleneck.advice == example.advice)
        #expect(0...1 ~= bottleneck.share)
    }

    @Test func `a run that took no time has no bottleneck`() {
        #expect(Bottleneck(RunTimes(total: 0, phases: [:], stages: [])) == nil)
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
        let bottleneck = try #require(report.bottleneck)
        #expect(bottleneck.cause == "hold")
        #expect(bottleneck.stage == stage)
        #expect(bottleneck.layer == "places")
    }

    @Test func `a sink that takes its time is what a real run says`() async throws {
        let shop = try Workshop()
        let told = Locked(0)
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
        let bottleneck = try #require(report.bottleneck)
        #expect(bottleneck.cause == "sink")
        #expect(bottleneck.stage == "lines")
        #expect(bottleneck.share >= 0.9)
        #expect(report.phases.reduce(.zero) { $0 + $1.time } == .seconds(10))
        #expect(report.duration == .seconds(10))
    }
}
