import Glibc
import PluginKit
import PluginTestKit
import StandardCache
import StandardMiddleware

/// What a call costs through one layer and another, measured as the engine calls.
struct LayerTimes {
    let calls: Int
    let rounds: Int
    /// The layer that is timed, besides none; nil for all.
    let only: String?

    /// Layers that are timed together.
    private struct Case {
        let name: String
        let stack: MiddlewareStack
        /// Whether the call says what identifies its answer.
        var isIdentified = false
        /// Whether the call is one of an actor that nobody else calls.
        var hops = false
        var seconds: [Double] = []
    }

    /// Measures, and prints nanoseconds.
    ///
    /// Leaves the main actor: each hop between it and others would cost a hundred times what a layer does.
    @concurrent
    func print() async throws {
        var cases = try Self.cases().filter { only == nil || $0.name == only || $0.stack.isEmpty }
        for _ in 0..<rounds {
            for index in cases.indices {
                let start = Self.cpuSeconds()
                try await call(cases[index])
                cases[index].seconds.append(Self.cpuSeconds() - start)
            }
        }
        let medians = cases.map { $0.seconds.sorted()[rounds / 2] / Double(calls) * 1e9 }
        Swift.print("CPU nanoseconds of a call, and how many of them are the layer's:")
        for (index, one) in cases.enumerated() {
            let name = one.name + String(repeating: " ", count: max(1, 26 - one.name.count))
            let bare = cases.firstIndex { $0.stack.isEmpty && $0.hops == one.hops } ?? index
            let layers = medians[index] - medians[bare]
            Swift.print("  \(name) \(Int(medians[index].rounded()))   \(Int(layers.rounded()))")
        }
    }

    private func call(_ one: Case) async throws {
        let stack = one.stack.wrapping(.page)
        let identity = one.isIdentified ? Self.identity : nil
        let numbers = Numbers()
        var sum = 0
        for number in 0..<calls {
            let call = Call<String?, Answer>(.page, stage: "bench", input: nil, identity: identity)
            if one.hops {
                sum += try await stack.run(call) { _ in Answer(number: await numbers.next()) }.number
            } else {
                sum += try await stack.run(call) { _ in Answer(number: number) }.number
            }
        }
        precondition(sum > 0)
    }

    /// What a source may keep its state in.
    private actor Numbers {
        private var last = 0

        func next() -> Int {
            last += 1
            return last
        }
    }

    /// About as large as a page.
    private struct Answer: Sendable {
        let number: Int
        var name = ""
        var cells: [Int] = []
    }

    private static let identity = CacheIdentity<Answer>(
        key: CacheKey("page bench 1"),
        subject: "bench",
        encode: { _ in [1, 2, 3] },
        decode: { _ in Answer(number: 1) }
    )

    private static func cases() throws -> [Case] {
        let bench = Bench(time: SystemTime(), layer: "bench")
        let retry = try bench.middleware(Retry.self)
        let limit = try bench.middleware(
            RateLimit.self,
            options: "requests = 1_000_000\nper = \"1ms\"\nkey = \"bench\""
        )
        // A window that is looked through, and still is wide enough: to be held back is not what is timed.
        let window = try bench.middleware(RateLimit.self, options: "requests = 5000\nper = \"1ms\"\nkey = \"window\"")
        let pool = try bench.middleware(Pool.self, options: "workers = 8")
        let adaptive = try bench.middleware(Pool.self, options: "workers = \"adaptive\"")
        let breaker = try bench.middleware(Breaker.self)
        let timeout = try bench.middleware(Timeout.self, options: "limit = \"30s\"")
        let metrics = try bench.middleware(Metrics.self)
        let cache = try bench.middleware(Cache.self)
        let all = MiddlewareStack([metrics, retry, limit, pool, breaker, timeout])
        return [
            Case(name: "no layer", stack: MiddlewareStack()),
            Case(name: "no layer, an actor's call", stack: MiddlewareStack(), hops: true),
            Case(name: "retry", stack: MiddlewareStack([retry])),
            Case(name: "rate-limit", stack: MiddlewareStack([limit])),
            Case(name: "rate-limit, a window", stack: MiddlewareStack([window])),
            Case(name: "pool", stack: MiddlewareStack([pool])),
            Case(name: "pool, adaptive", stack: MiddlewareStack([adaptive])),
            Case(name: "breaker", stack: MiddlewareStack([breaker])),
            Case(name: "timeout", stack: MiddlewareStack([timeout])),
            Case(name: "timeout, an actor's call", stack: MiddlewareStack([timeout]), hops: true),
            Case(name: "metrics", stack: MiddlewareStack([metrics])),
            Case(name: "cache, that has it", stack: MiddlewareStack([cache]), isIdentified: true),
            Case(name: "all but the cache", stack: all),
            Case(name: "all, an actor's call", stack: all, hops: true),
        ]
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
