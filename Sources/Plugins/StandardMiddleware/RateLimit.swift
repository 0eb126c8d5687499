package import PluginKit
internal import Limits

/// Delays calls so that at most a given number are made in any window of time.
package struct RateLimit: Middleware {
    package static let name = "rate-limit"
    package static let summary = "Delays calls so that at most a given number are made in any window of time."
    package static let details = """
        "1000 requests per 5 minutes" holds for any five minutes, not only for those that begin on the hour. Within \
        that limit, up to `burst` calls are made without a pause; the following ones are spread evenly, `requests` in \
        `per`. Without `burst`, all calls of a window may be made without a pause, which is fastest when there are few \
        calls; a small burst puts less load on the server.

        A call gets its slot on arrival and sleeps until then. Calls keep their order, and a cancelled call leaves its \
        slot to the next. Requests are counted when they are sent. Those with different network delays may arrive \
        closer together, so set `requests` a little lower than the server allows.

        Layers with the same `key` share one limit, in all stages and all pipelines of the process. When a call fails \
        because the server asks for a pause (`Retry-After`), all users of the limit wait. With `shared = "redis"`, \
        these are all processes, on any machine, that use the same Redis server and the same key. A pause of more than \
        ten minutes is left to `retry`, which limits how long a wait may be: the calls fail with it.

        The calls made are stored in the state folder (`keep`), so the next run continues with a used window: two runs \
        in succession keep the limit as one does, even if the first was killed. With `key`, they are stored for all \
        pipelines that use the key; without, for this layer of this pipeline. Processes that run at the same time each \
        have their own limit; use Redis to share one.

        If a stage makes HTTP requests, those are counted, not the pages or batches made of them. Put the layer inside \
        of `retry`, so every attempt counts, and outside of `pool`, so a delayed call does not occupy a place.
        """
    package static let example: String? = """
        [middleware.trakt]
        use = "rate-limit"
        requests = 1000
        per = "5m"
        burst = 10
        """
    package static let wraps = Set(CallKind.allCases)
    package static let order: LayerOrder? = .pace

    package struct Options: OptionGroup {
        @Option("The maximum number of calls in a window of time.", in: 1...1_000_000)
        package var requests: Int

        @Option("The length of the window.", in: .milliseconds(1) ... .seconds(31 * 86_400))
        package var per = Duration.seconds(300)

        @Option("The maximum number of calls without a pause between them. Default: `requests`.", in: 1...1_000_000)
        package var burst: Int?

        @Option("What shares the limit: this process, or all processes that use the same Redis server.")
        package var shared = Sharing.process

        @Option("The URL of the Redis server: `redis://user:password@host:6379/0` or `unix:///path`.")
        package var url: Secret?

        @Option("The prefix of keys on the Redis server; users of different prefixes have separate limits.")
        package var prefix = "sprocket:"

        @Option("Timeout for connecting to the Redis server.", in: .milliseconds(1) ... .seconds(60))
        package var connectTimeout = Duration.seconds(1)

        @Option("Timeout for an answer of the Redis server.", in: .milliseconds(1) ... .seconds(60))
        package var timeout = Duration.milliseconds(500)

        @Option("What happens to calls while the Redis server is unavailable.")
        package var withoutServer = WithoutServer.wait

        @Option("How long calls wait for the Redis server before they fail.", in: .zero ... .seconds(86_400))
        package var patience = Duration.seconds(60)

        @Option(
            "The share of the limit that this process uses while it continues without the server.",
            in: 0.001...1
        )
        package var share = 0.5

        @Option("Whether the calls made are stored for the next run; a Redis server always stores them.")
        package var keep = true

        @Option(
            """
            The name of the limit; layers with the same key share it. Default: none, so the limit is this pipeline's \
            own; on a Redis server, the layer's name.
            """
        )
        package var key: String?

        @Option(
            """
            The kinds of call that count. Default: the HTTP requests of a stage that makes any; otherwise pages.
            """
        )
        package var calls: [CallKind]?

        package init() {}
    }

    package let calls: Set<CallKind>
    private let limiter: RateLimiter
    private let time: any TimeSource
    let counts = Locked(Counts())
    /// Where waiting calls are noted, and under which name.
    let waits: OpenWaits
    let title: String
    let stage: String
    let layer: String
    /// What is stored for the next run; nil if nothing is.
    private let memory: RateLimitLog?
    /// A shorter window is over before another process has started.
    private static let leastKept = Duration.seconds(1)
    /// The limit shared with other processes; nil for a limit of this process.
    private let server: RedisLimiter?

    struct Counts {
        var calls = 0
        var delayed = 0
        var waited = Duration.zero
        var penalties = 0
    }

    package init(_ options: Options, in context: StageContext) throws {
        if let burst = options.burst, burst > options.requests {
            throw Diagnostic(
                "rate-limit.burst",
                message: "\(burst.counted("call")) without a pause are more than the \(options.requests) in a window",
                at: options.$burst,
                hint: "allowed: 1...\(options.requests)"
            )
        }
        calls = context.kinds(options.calls, otherwise: [.page, .exchange])
        time = context.time
        waits = context.waits
        stage = context.stage
        layer = context.layer
        title = "the request limit '\(context.layer)'"
        // The limiter and its stored state are shared by the same layers.
        let name = options.key.map { "key \($0)" } ?? "layer \(context.run.pipeline) \(context.layer)"
        let limiter = context.shared.rateLimiter(options.key ?? name) {
            RateLimiter(requests: options.requests, per: options.per, burst: options.burst, time: context.time)
        }
        self.limiter = limiter
        memory =
            options.keep && options.shared == .process && options.per >= Self.leastKept
            ? context.shared.object("rate-limit memory \(name)") {
                RateLimitLog(
                    limiter,
                    in: context.kept,
                    as: "rate-limit \(name)",
                    log: context.log,
                    clock: WallClock(context.time)
                )
            } : nil
        guard limiter.requests == options.requests, limiter.per == options.per,
            limiter.burst == options.burst ?? options.requests
        else {
            throw Diagnostic(
                "rate-limit.differs",
                message:
                    "the limit '\(options.key ?? context.layer)' is configured differently: \(limiter.requests.counted("call")) per \(limiter.per.words)"
                    + (limiter.burst == limiter.requests ? "" : ", burst \(limiter.burst)"),
                at: options.$key ?? options.$requests,
                hint: "configure both equally, or give this one another key"
            )
        }
        server = try options.redisLimiter(options.key ?? context.layer, in: context)
    }

    package var measurements: [Measurement] {
        let counts = counts.withLock { $0 }
        return [
            Measurement("calls", value: Double(counts.calls), metric: .limiterCalls),
            Measurement("delayed", value: Double(counts.delayed), metric: .limiterDelayed),
            Measurement("time waited", value: counts.waited.seconds, unit: "s", metric: .limiterWait),
            Measurement("server pauses", value: Double(counts.penalties), metric: .limiterPauses),
        ] + (server?.measurements ?? [])
    }

    package func finish() async { await memory?.finish() }

    /// Waits until a call may be made, and returns how long it waited.
    private func turn() async throws -> Duration {
        let left = limiter.penalty - time.now
        guard left <= RateLimiter.longestHold else { throw RateLimiter.paused(for: left) }
        guard let memory else { return try await limiter.turn(noting: waits, as: title) }
        if !memory.begins() { await memory.book() }
        defer { memory.passed() }
        return try await limiter.turn(noting: waits, as: title)
    }

    /// Delays a call until its turn, and counts it and its wait.
    ///
    /// An interrupted wait also counts: in a run that is stopped, it may be the only one.
    private func counting(_ turn: () async throws -> Duration) async throws {
        let arrival = time.now
        do {
            let waited = try await turn()
            counts.withLock { counts in
                counts.calls += 1
                guard waited > .zero else { return }
                counts.delayed += 1
                counts.waited += waited
            }
        } catch {
            let waited = time.now - arrival
            counts.withLock { counts in
                // Other errors are rejections, not delays.
                if error is CancellationError { counts.delayed += 1 }
                counts.waited += waited
            }
            throw error
        }
    }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard calls.contains(call.kind) else { return try await next(call) }
        try await counting {
            if let server { try await server.turn(noting: waits, as: title) } else { try await turn() }
        }
        do {
            return try await next(call)
        } catch {
            if case StageFailure.transient(_, let retryAfter?) = error { pause(for: retryAfter) }
            throw error
        }
    }

    /// Pauses for as long as the server has asked for.
    private func pause(for length: Duration) {
        if let server { server.pause(for: length) } else { limiter.penalise(until: time.now + length) }
        counts.withLock { $0.penalties += 1 }
    }
}
