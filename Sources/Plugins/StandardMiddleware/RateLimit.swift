package import PluginKit
internal import Limits

/// Holds calls back, so that no more than so many are made in any window of time.
package struct RateLimit: Middleware {
    package static let name = "rate-limit"
    package static let summary = "Holds calls back, so that no more than so many are made in any window of time."
    package static let details = """
        "1000 requests per 5 minutes" holds for any five minutes, whenever they begin: not only for those that begin with \
        the hour. Within that, up to `burst` calls go at once, and then they come as evenly as `requests` in `per`. \
        Without `burst`, all of a window may go at once, which is soonest done when there are few; a small one is kinder \
        to a server that has others to serve.

        A call learns its moment when it comes and sleeps until then; calls keep their order, and one that is stopped \
        leaves its moment to the next. Requests are counted where they leave: those that travel for different times may \
        arrive closer together, so leave some air below what the server allows.

        Layers with the same `key` share one limit, in all stages and all pipelines of the process. Where a call \
        fails because the other side wants to be left alone for a time (`Retry-After`), all who share the limit wait. With \
        `shared = "redis"` these are all processes, on whatever machine, that use the same Redis server and the same key. \
        A pause of more than ten minutes is left to `retry`, which knows how long a wait may be: the calls fail with it.

        What has gone is kept in the state folder (`keep`), so that the next run does not begin as if nobody had called: two \
        runs one behind the other keep the limit as one does, also where the first was killed. With `key`, it is kept for \
        all pipelines that name it; without, for the layer of this pipeline. Processes that run at the same time have a \
        limit of their own each; Redis makes it one.

        Of a stage that makes HTTP requests, those are counted, and not the pages or batches made of them. Put it inside of `retry`, so that every \
        attempt counts, and outside of `pool`, so that nobody keeps a place while waiting.
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
        @Option("How many calls are made in a window of time.", in: 1...1_000_000)
        package var requests: Int

        @Option("How long the window is.", in: .milliseconds(1) ... .seconds(31 * 86_400))
        package var per = Duration.seconds(300)

        @Option("How many calls may go at once; without it, as many as `requests`.", in: 1...1_000_000)
        package var burst: Int?

        @Option("Who shares the limit: the pipelines of this process, or all that use the same Redis server.")
        package var shared = Sharing.process

        @Option("Where the Redis server is: `redis://user:password@host:6379/0` or `unix:///path`.")
        package var url: Secret?

        @Option("What names on the Redis server begin with; who uses another one has other limits.")
        package var prefix = "sprocket:"

        @Option("How long it may take to connect with the Redis server.", in: .milliseconds(1) ... .seconds(60))
        package var connectTimeout = Duration.seconds(1)

        @Option("How long the Redis server may take for an answer.", in: .milliseconds(1) ... .seconds(60))
        package var timeout = Duration.milliseconds(500)

        @Option("What becomes of calls while the Redis server is away.")
        package var withoutServer = WithoutServer.wait

        @Option("How long calls wait for the Redis server before they fail in passing.", in: .zero ... .seconds(86_400))
        package var patience = Duration.seconds(60)

        @Option(
            "Which part of the limit this process takes for itself while it goes on without the server.",
            in: 0.001...1
        )
        package var share = 0.5

        @Option("Whether the next run knows what has gone; a limit on a Redis server is known there in any case.")
        package var keep = true

        @Option(
            """
            What the limit is called; layers with the same key share it. Default: nothing, and it is this pipeline's \
            alone; on a Redis server, the layer's own name.
            """
        )
        package var key: String?

        @Option(
            """
            The kinds of call that count; others pass. Default: the HTTP requests of a stage that makes such; else pages.
            """
        )
        package var calls: [CallKind]?

        package init() {}
    }

    package let calls: Set<CallKind>
    private let limiter: RateLimiter
    private let time: any TimeSource
    let counts = Locked(Counts())
    /// Where it notes that calls wait, and what it is called there.
    let waits: OpenWaits
    let title: String
    let stage: String
    let layer: String
    /// What the next run knows; nil if it knows nothing.
    private let memory: RateLimitLog?
    /// A shorter window is over before another process has begun.
    private static let leastKept = Duration.seconds(1)
    /// The limit that is shared with other processes; nil for one of this process.
    private let server: RedisLimiter?

    struct Counts {
        var calls = 0
        var heldBack = 0
        var waited = Duration.zero
        var penalties = 0
    }

    package init(_ options: Options, in context: StageContext) throws {
        if let burst = options.burst, burst > options.requests {
            throw Diagnostic(
                "rate-limit.burst",
                message: "\(burst.counted("call")) at once are more than the \(options.requests) in a window",
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
        // What shares a limit in the process is what shares it from run to run.
        let name = options.key.map { "key \($0)" } ?? "layer \(context.run.pipeline) \(context.layer)"
        let limiter = context.shared.rateLimiter(options.key ?? name) {
            RateLimiter(requests: options.requests, per: options.per, burst: options.burst, time: context.time)
        }
        self.limiter = limiter
        memory =
            options.keep && options.shared == .process && options.per >= Self.leastKept
            ? context.shared.object("rate-limit memory \(name)") {
                RateLimitLog(limiter, in: context.kept, as: "rate-limit \(name)", log: context.log)
            } : nil
        guard limiter.requests == options.requests, limiter.per == options.per,
            limiter.burst == options.burst ?? options.requests
        else {
            throw Diagnostic(
                "rate-limit.differs",
                message:
                    "the limit '\(options.key ?? context.layer)' has other numbers: \(limiter.requests.counted("call")) per \(limiter.per.words)"
                    + (limiter.burst == limiter.requests ? "" : ", \(limiter.burst) at once"),
                at: options.$key ?? options.$requests,
                hint: "give both the same numbers, or this one another key"
            )
        }
        server = try options.redisLimiter(options.key ?? context.layer, in: context)
    }

    package var figures: [Figure] {
        let counts = counts.withLock { $0 }
        return [
            Figure("calls", value: Double(counts.calls), metric: .limiterCalls),
            Figure("held back", value: Double(counts.heldBack), metric: .limiterHeldBack),
            Figure("time waited", value: counts.waited.seconds, unit: "s", metric: .limiterWait),
            Figure("pauses asked for", value: Double(counts.penalties), metric: .limiterPauses),
        ] + (server?.figures ?? [])
    }

    package func finish() async { await memory?.finish() }

    /// Waits until a call may go, and returns how long that took.
    private func turn() async throws -> Duration {
        let left = limiter.penalty - time.now
        guard left <= RateLimiter.longestHold else { throw RateLimiter.paused(for: left) }
        guard let memory else { return try await limiter.turn(noting: waits, as: title) }
        if !memory.begins() { await memory.book() }
        defer { memory.gone() }
        return try await limiter.turn(noting: waits, as: title)
    }

    /// Has a call wait for its turn, and counts it with how long that took.
    ///
    /// The wait counts also where it is cut short: of a run that is stopped, it may be all that there was.
    func counting(_ turn: () async throws -> Duration) async throws {
        let arrival = time.now
        do {
            let waited = try await turn()
            counts.withLock { counts in
                counts.calls += 1
                guard waited > .zero else { return }
                counts.heldBack += 1
                counts.waited += waited
            }
        } catch {
            let waited = time.now - arrival
            counts.withLock { counts in
                // Others were sent away rather than held back.
                if error is CancellationError { counts.heldBack += 1 }
                counts.waited += waited
            }
            throw error
        }
    }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        if let server, calls.contains(call.kind) { return try await handle(call, at: server, next: next) }
        guard calls.contains(call.kind) else { return try await next(call) }
        try await counting { try await turn() }
        do {
            return try await next(call)
        } catch {
            keep(to: error)
            throw error
        }
    }

    /// Leaves the other side alone as long as it has asked for.
    private func keep(to error: any Error) {
        guard case StageFailure.transient(_, let retryAfter?) = error else { return }
        limiter.penalise(until: time.now + retryAfter)
        counts.withLock { $0.penalties += 1 }
    }
}
