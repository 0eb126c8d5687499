import Limits
import Diagnostics
import PluginKit
import PluginTestKit
import StandardMiddleware
import TestTags
import Testing

/// A limit that goes on from run to run.
@Suite(.tags(.fuzz)) struct RateLimitLogTests {
    private static let options = "requests = 5\nper = \"1h\""

    /// Makes calls in a run of its own, and returns how long the first of them waited.
    private static func run(
        _ calls: Int,
        _ options: String = options,
        pipeline: String = "bench",
        layer: String = "limit",
        kept: any StateValues,
        log: StageLog = StageLog(),
        isKilled: Bool = false
    ) async throws -> Duration {
        let time = ManualTime()
        var bench = Bench(log: log, time: time, layer: layer, kept: kept)
        bench.context = StageContext(
            stage: "bench",
            run: RunIdentity(pipeline: pipeline, id: "1", date: "2026-01-02", time: "030405"),
            batchSize: 1000,
            log: log,
            time: time,
            layer: layer,
            kept: kept
        )
        let limit = try bench.middleware(RateLimit.self, options: options)
        try await limit.call {}
        let waited = time.now
        for _ in 1..<calls { try await limit.call {} }
        if !isKilled { await limit.finish() }
        return waited
    }

    @Test(arguments: [false, true])
    func `a run waits for the window of the one before it, also if that was killed`(isKilled: Bool) async throws {
        let kept = InMemoryValues()
        #expect(try await Self.run(5, kept: kept, isKilled: isKilled) == .zero)
        // The machine's clock has moved on a little.
        #expect(try await Self.run(1, kept: kept) > .seconds(3000))
    }

    @Test func `what a window has left can be used by the next run`() async throws {
        let kept = InMemoryValues()
        _ = try await Self.run(2, kept: kept)
        #expect(try await Self.run(2, kept: kept) == .zero)
        #expect(try await Self.run(1, kept: kept) == .zero)
        #expect(try await Self.run(1, kept: kept) > .seconds(3000))
    }

    @Test func `a limit that is not to be kept starts over`() async throws {
        let kept = InMemoryValues()
        _ = try await Self.run(5, kept: kept)
        #expect(try await Self.run(1, Self.options + "\nkeep = false", kept: kept) == .zero)
    }

    struct Others: Sendable, CustomTestStringConvertible {
        let options: String
        let pipeline: String
        let layer: String
        let isShared: Bool
        var testDescription: String { "\(layer) of \(pipeline) \(options)" }
    }

    @Test(arguments: [
        Others(options: "", pipeline: "bench", layer: "limit", isShared: true),
        Others(options: "", pipeline: "bench", layer: "other", isShared: false),
        Others(options: "", pipeline: "other", layer: "limit", isShared: false),
        Others(options: "key = \"a\"", pipeline: "other", layer: "other", isShared: true),
        Others(options: "key = \"b\"", pipeline: "other", layer: "other", isShared: false),
    ])
    func `it is kept for the layer of a pipeline, or for all that name a key`(others: Others) async throws {
        let kept = InMemoryValues()
        _ = try await Self.run(5, kept: kept)
        _ = try await Self.run(5, Self.options + "\nkey = \"a\"", kept: kept)
        let options = Self.options + "\n" + others.options
        let waited = try await Self.run(1, options, pipeline: others.pipeline, layer: others.layer, kept: kept)
        #expect((waited > .zero) == others.isShared)
    }

    @Test(arguments: UInt64(1)...30)
    func `no window is fuller than allowed, however often the process is killed`(seed: UInt64) async throws {
        var numbers = SeededNumbers(seed: seed)
        let requests = numbers.next(in: 1...200)
        let per = Duration.milliseconds(numbers.next(in: 100...5000))
        let kept = InMemoryValues()
        let wall = Locked<Int64>(1_000_000)
        var departures: [Int64] = []
        for _ in 0..<6 {
            let time = ManualTime()
            let start = wall.withLock { $0 }
            let limiter = RateLimiter(requests: requests, per: per, time: time)
            let clock = WallClock(time, nanoseconds: start * 1_000_000)
            let memory = RateLimitLog(limiter, in: kept, as: "a", log: StageLog(), clock: clock)
            for _ in 0..<numbers.next(in: 1...(requests * 2)) {
                if !memory.begins() { await memory.book() }
                try await limiter.turn()
                memory.passed()
                departures.append(start + Int64(time.now.milliseconds))
                time.advance(by: .milliseconds(numbers.next(below: 20)))
            }
            if numbers.next(below: 3) == 0 { await memory.finish() }
            wall.withLock { $0 = start + Int64(time.now.milliseconds) + Int64(numbers.next(below: 500)) }
        }
        let length = Int64(per.milliseconds)
        let crowded = departures.indices.first { index in
            // A moment that is kept is rounded by less than a millisecond.
            index >= requests && departures[index] + 1 < departures[index - requests] + length
        }
        #expect(crowded == nil)
    }

    @Test func `calls that are close together are kept as one moment`() async throws {
        let kept = InMemoryValues()
        let time = ManualTime()
        let limiter = RateLimiter(requests: 100_000, per: .seconds(300), time: time)
        let memory = RateLimitLog(limiter, in: kept, as: "a", log: StageLog(), clock: WallClock(time, showing: 5000))
        for _ in 0..<50_000 {
            if !memory.begins() { await memory.book() }
            try await limiter.turn()
            memory.passed()
        }
        await memory.finish()
        let size = try #require(try await kept.value(of: "a")).count
        #expect(size <= 32 + 1000 * 16)
        let next = RateLimiter(requests: 100_000, per: .seconds(300), time: time)
        await RateLimitLog(next, in: kept, as: "a", log: StageLog(), clock: WallClock(time, showing: 5000)).book()
        #expect(next.recent(wall: 5_000_000).count == 50_000)
    }

    @Test(arguments: [(hours: 1, isKnown: true), (hours: 23, isKnown: true), (hours: 25, isKnown: false)])
    func `what the server has stated of its limit is kept for a day`(hours: Int, isKnown: Bool) async throws {
        let kept = InMemoryValues()
        let time = ManualTime()
        let limiter = RateLimiter(requests: 1000, per: .seconds(300), time: time)
        let memory = RateLimitLog(limiter, in: kept, as: "a", log: StageLog(), clock: WallClock(time, showing: 5000))
        await memory.book()
        memory.passed()
        limiter.adopt(limit: 100, per: .seconds(20), remaining: 0, until: time.now + .seconds(20))
        await memory.finish()
        let next = RateLimiter(requests: 1000, per: .seconds(300), time: ManualTime())
        let later = WallClock(time, showing: 5000 + Int64(hours) * 3600)
        await RateLimitLog(next, in: kept, as: "a", log: StageLog(), clock: later).book()
        var gone = 0
        while gone < 200, next.passesImmediately() { gone += 1 }
        #expect(gone == (isKnown ? 100 : 200))
    }

    @Test(arguments: [[], [1, 2, 3], [UInt8](repeating: 0xFF, count: 100)] as [[UInt8]])
    func `what cannot be read counts as far as it can`(bytes: [UInt8]) async throws {
        let kept = InMemoryValues()
        try await kept.keep(bytes, as: "rate-limit layer bench limit")
        #expect(try await Self.run(1, kept: kept) == .zero)
    }

    @Test func `where nothing can be kept, calls are made and it is reported once`() async throws {
        struct Broken: StateValues {
            func value(of key: String) async throws(Diagnostic) -> [UInt8]? { nil }
            func keep(_ value: [UInt8], as key: String) async throws(Diagnostic) {
                throw Diagnostic("state.full", message: "the disk is full", hint: "make room")
            }
        }
        let log = StageLog()
        #expect(try await Self.run(12, kept: Broken(), log: log) == .zero)
        #expect(
            log.all.map { $0.rendered() } == [
                """
                warning[limit.not-stored]: the calls that the limit counts cannot be stored for the next run: the disk is full
                  hint: make room
                """
            ]
        )
    }
}
