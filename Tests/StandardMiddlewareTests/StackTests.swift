import Diagnostics
import PluginKit
import PluginTestKit
import StandardMiddleware
import Testing

/// The layers in the order in which they belong, round one stage.
@Suite struct StackTests {
    private struct Layers {
        let retry: Retry
        let limit: RateLimit
        let pool: Pool
        let breaker: Breaker
        let timeout: Timeout

        init(_ bench: Bench, breaker: String) throws {
            retry = try bench.middleware(Retry.self, options: "attempts = 4\ndelay = \"1s\"\nelapsed = \"1h\"")
            limit = try bench.middleware(RateLimit.self, options: "requests = 1000\nper = \"1m\"")
            pool = try bench.middleware(Pool.self, options: "workers = 2")
            self.breaker = try bench.middleware(Breaker.self, options: breaker)
            timeout = try bench.middleware(Timeout.self, options: "limit = \"30s\"")
        }

        var stack: MiddlewareStack { MiddlewareStack([retry, limit, pool, breaker, timeout]) }
    }

    private static func call(_ stack: MiddlewareStack, _ script: Script) async throws -> Int {
        try await stack.run(Call<Int, Int>(.page, stage: "bench", input: 0)) { _ in try script.next() }
    }

    @Test func `each layer sees each attempt, and what happens to it`() async throws {
        let time = ManualTime()
        let layers = try Layers(Bench(time: time, random: Constant(value: 0.5)), breaker: "failures = 10")
        let script = Script(.busy(), .busy(retryAfter: .seconds(7)), .answer(3))
        #expect(try await Self.call(layers.stack, script) == 3)
        #expect(script.attempts == 3)
        #expect(layers.retry.figure("repeated") == 2)
        #expect(layers.limit.figure("calls") == 3)
        #expect(layers.limit.figure("server pauses") == 1)
        #expect(layers.pool.figure("calls") == 3)
        #expect(layers.pool.figure("transient failures") == 2)
        #expect(layers.pool.figure("most in use") == 1)
        #expect(layers.breaker.figure("opened") == 0)
        #expect(layers.timeout.figure("calls") == 3)
        // Half of the first pause, and behind the seven seconds half of the second.
        #expect(time.now >= .seconds(7))
    }

    @Test func `a breaker that fails calls immediately slows nobody down but those who call again`() async throws {
        let time = ManualTime()
        let layers = try Layers(
            Bench(time: time, random: Constant(value: 0)),
            breaker: "failures = 2\nwaits = false\npause = \"10s\""
        )
        let script = Script(.busy(), .busy(), .answer(1))
        #expect(try await Self.call(layers.stack, script) == 1)
        // Two failures open it, the third attempt finds it open and says when to come again, and the fourth is answered.
        #expect(script.attempts == 3)
        #expect(time.now == .seconds(10))
        #expect(layers.retry.figure("repeated") == 3)
        #expect(layers.limit.figure("server pauses") == 0)
        #expect(layers.limit.figure("time waited") == 0)
        #expect(layers.pool.figure("transient failures") == 2)
        #expect(layers.breaker.figure("failed immediately") == 1)
        #expect(layers.timeout.figure("calls") == 3)
    }
}
