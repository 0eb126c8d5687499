import Diagnostics
import PluginKit
import PluginTestKit
import StandardMiddleware
import Testing

@Suite struct RateLimitTests {
    private static let options = "requests = 2\nper = \"1s\""

    @Test(arguments: [
        (options: "", counted: [CallKind.page, .exchange]),
        (options: "\ncalls = [\"write\", \"batch\"]", counted: [.batch, .write]),
    ])
    func `the kinds of call that are named count`(options: String, counted: [CallKind]) async throws {
        for kind in CallKind.allCases {
            let time = ManualTime()
            let limit = try Bench(time: time).middleware(RateLimit.self, options: Self.options + options)
            #expect(RateLimit.wraps.contains(kind))
            for _ in 1...5 { try await limit.call(kind) {} }
            let isCounted = counted.contains(kind)
            #expect(time.now == (isCounted ? .seconds(2) : .zero))
            #expect(limit.figure("calls") == (isCounted ? 5 : 0))
            #expect(limit.figure("delayed") == (isCounted ? 2 : 0))
            #expect(limit.figure("time waited") == (isCounted ? 2 : 0))
        }
    }

    @Test(arguments: [(keys: ["a", "a"], end: 1), (["a", "b"], 0)])
    func `layers with the same key share the limit`(keys: [String], end: Int) async throws {
        let time = ManualTime()
        let bench = Bench(time: time)
        for key in keys {
            let limit = try bench.middleware(RateLimit.self, options: Self.options + "\nkey = \"\(key)\"")
            for _ in 1...2 { try await limit.call {} }
        }
        #expect(time.now == .seconds(end))
    }

    /// A bench for the layer 'trakt' of a pipeline.
    private static func bench(of pipeline: String, _ time: ManualTime, _ shared: SharedObjects) -> Bench {
        var bench = Bench(time: time)
        bench.context = StageContext(
            stage: "plays",
            run: RunIdentity(pipeline: pipeline, id: "1", date: "2026-01-02", time: "030405"),
            time: time,
            shared: shared,
            layer: "trakt"
        )
        return bench
    }

    @Test(arguments: [(pipelines: ["a", "a"], end: 1), (["a", "b"], 0)])
    func `without a key stages of a pipeline share the limit, and other pipelines have their own`(
        pipelines: [String],
        end: Int
    ) async throws {
        let (time, shared) = (ManualTime(), SharedObjects())
        for pipeline in pipelines {
            let limit = try Self.bench(of: pipeline, time, shared).middleware(RateLimit.self, options: Self.options)
            for _ in 1...2 { try await limit.call {} }
        }
        #expect(time.now == .seconds(end))
    }

    @Test func `pipelines may call limits of different numbers alike`() throws {
        let shared = SharedObjects()
        _ = try Self.bench(of: "a", ManualTime(), shared).middleware(RateLimit.self, options: Self.options)
        _ = try Self.bench(of: "b", ManualTime(), shared).middleware(RateLimit.self, options: "requests = 3")
        #expect(throws: Diagnostic.self) {
            try Self.bench(of: "b", ManualTime(), shared).middleware(RateLimit.self, options: "requests = 4")
        }
    }

    @Test func `a layer that lets nobody through is no server that asks for a pause`() async throws {
        let time = ManualTime()
        let limit = try Bench(time: time).middleware(RateLimit.self, options: Self.options)
        let failure = StageFailure.blocked(Diagnostic("test.open", message: "not now"), retryAfter: .seconds(60))
        await #expect(throws: StageFailure.self) { try await limit.call { throw failure } }
        try await limit.call {}
        #expect(time.now == .zero)
        #expect(limit.figure("server pauses") == 0)
    }

    @Test func `a wait counts also where it is cut short`() async throws {
        let time = ManualTime(sleepers: .wait)
        let limit = try Bench(time: time).middleware(RateLimit.self, options: "requests = 1\nper = \"10s\"")
        try await limit.call {}
        let task = Task { try await limit.call {} }
        await time.sleepers(atLeast: 1)
        time.advance(by: .seconds(3))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(limit.figure("calls") == 1)
        #expect(limit.figure("delayed") == 1)
        #expect(limit.figure("time waited") == 3)
        #expect(limit.delaySeconds == ["limiter": 3])
    }

    @Test func `a server that asks for a pause gets it from all`() async throws {
        let time = ManualTime()
        let bench = Bench(time: time)
        let limit = try bench.middleware(RateLimit.self, options: Self.options + "\nkey = \"a\"")
        let other = try bench.middleware(RateLimit.self, options: Self.options + "\nkey = \"a\"")
        let script = Script(.busy(retryAfter: .seconds(60)))
        await #expect(throws: StageFailure.self) { try await limit.call { try script.next() } }
        try await other.call {}
        #expect(time.now == .seconds(60))
        #expect(limit.figure("server pauses") == 1)
    }

    @Test(arguments: [
        (
            options: "requests = 5\nburst = 6",
            message: "6 calls without a pause are more than the 5 in a window"
        ),
        (
            options: "requests = 3\nper = \"1s\"\nkey = \"a\"",
            message: "the limit 'a' is configured differently: 2 calls per 1 s"
        ),
        (
            options: "requests = 3\nurl = \"redis://localhost\"",
            message: "the limit is not shared through a Redis server, so this has no effect"
        ),
        (
            options: "requests = 3\nwithout_server = \"local\"",
            message: "the limit is not shared through a Redis server, so this has no effect"
        ),
    ])
    func `numbers that cannot be are refused`(options: String, message: String) throws {
        let bench = Bench()
        _ = try bench.middleware(RateLimit.self, options: Self.options + "\nkey = \"a\"")
        let error = #expect(throws: Diagnostic.self) { try bench.middleware(RateLimit.self, options: options) }
        #expect(error?.message == message)
    }

    @Test(arguments: ["", "shared = \"redis\"\n"])
    func `no finding about an address shows its password`(shared: String) {
        let options = "requests = 3\n\(shared)url = \"http://u:hidden-word@h\""
        let error = #expect(throws: Diagnostic.self) { try Bench().middleware(RateLimit.self, options: options) }
        let words = error?.rendered() ?? ""
        #expect(words.contains("| url = •••"), "\(words)")
        #expect(!words.contains("hidden-word"))
    }
}
