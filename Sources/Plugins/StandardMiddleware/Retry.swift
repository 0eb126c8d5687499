package import PluginKit

/// Repeats calls that fail transiently.
package struct Retry: Middleware {
    package static let name = "retry"
    package static let summary = "Repeats calls that fail transiently."
    package static let details = """
        A stage marks a failure as transient by `StageFailure` or by the category `transient`: a busy server, a lost \
        connection, a timeout. Only such a call is repeated. A permanent failure ends the run immediately, and so does \
        stopping it.

        The pause before an attempt is random, between zero and a ceiling that begins with `delay` and doubles with \
        every attempt up to `max_delay`, so that callers that failed together do not retry together. If the server has \
        asked for a pause (`Retry-After`), that pause comes first and the random pause follows.

        A call is given up after `attempts`, or when its next attempt would begin later than `elapsed` after the \
        first. The error then states how often it was tried, and what to do about a longer pause. The progress line \
        shows the current wait. The first repetition in a stage is noted in the report.

        A transform without network access either always fails or never does, so its batches are repeated only if \
        `calls` names them: each would have to be copied first, with the stage's whole state.

        Every kind of call can be repeated safely. Reading a cursor again gives the same page, a transform gives the \
        same result for the same batch, and a sink that gets a batch again at the same mark has the same content as \
        after one write: sinks guarantee this, and the mark moves only after a write has succeeded.

        Put the layer outside of `pool` and `rate-limit`, so that nothing is occupied while it pauses, and outside of \
        `timeout` and `breaker`, so that it repeats their failures.
        """
    package static let example: String? = """
        [middleware.patience]
        use = "retry"
        attempts = 8
        elapsed = "10m"
        """
    package static let wraps = Set(CallKind.allCases)
    package static let order: LayerOrder? = .repeat

    package struct Options: OptionGroup {
        @Option("The maximum number of attempts, including the first.", in: 1...100)
        package var attempts = 5

        @Option(
            "The longest pause before the second attempt; it doubles before each further one.",
            in: .zero ... .seconds(86_400)
        )
        package var delay = Duration.milliseconds(500)

        @Option(
            "The longest pause, unless the server asks for a longer one.",
            in: .zero ... .seconds(86_400)
        )
        package var maxDelay = Duration.seconds(30)

        @Option(
            "How long after its first attempt a call may be repeated.",
            in: .zero ... .seconds(31 * 86_400)
        )
        package var elapsed = Duration.seconds(300)

        @Option(
            """
            The kinds of call that are repeated. Default: the HTTP requests of a stage that makes any; otherwise pages and \
            writes.
            """
        )
        package var calls: [CallKind]?

        package init() {}
    }

    package let calls: Set<CallKind>
    private let attempts: Int
    private let delay: Duration
    private let maxDelay: Duration
    private let elapsed: Duration
    let context: StageContext
    let counts = Locked(Counts())

    struct Counts {
        var repeated = 0
        var givenUp = 0
        var waited = Duration.zero
        /// The part of `waited` that the server asked for.
        var asked = Duration.zero
    }

    package init(_ options: Options, in context: StageContext) {
        calls = context.kinds(options.calls, otherwise: [.page, .write])
        attempts = options.attempts
        delay = options.delay
        maxDelay = options.maxDelay
        elapsed = options.elapsed
        self.context = context
    }

    package var measurements: [Measurement] {
        let counts = counts.withLock { $0 }
        return [
            Measurement("repeated", value: Double(counts.repeated), metric: .retryRepeats),
            Measurement("given up", value: Double(counts.givenUp), metric: .retryGivenUp),
            Measurement("time waited", value: counts.waited.seconds, unit: "s", metric: .retryWait),
            Measurement("server pauses", value: counts.asked.seconds, unit: "s", metric: .retryAskedWait),
        ]
    }

    package func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        guard calls.contains(call.kind), call.isRepeatable else { return try await next(call) }
        let start = context.time.now
        var tried = 0
        while true {
            do {
                return try await next(call)
            } catch {
                guard let failure = StageFailure(error), failure.isTransient else { throw error }
                tried += 1
                try await pause(afterAttempt: tried, since: start, for: failure)
            }
        }
    }

    /// Waits before the next attempt, if there is one.
    ///
    /// Not generic on purpose: callers are specialised per call type; this is compiled once.
    ///
    /// - Throws: The failure, if the call is given up; `CancellationError`.
    private func pause(afterAttempt tried: Int, since start: Duration, for failure: StageFailure) async throws {
        let retryAfter = failure.retryAfter
        let now = context.time.now
        let spent = now - start
        var pause = (retryAfter ?? .zero) + drawnPause(after: tried)
        // A pause that the server asks for within `elapsed` is waited for; the random pause after it is no reason to
        // give up.
        if let retryAfter, spent + retryAfter <= elapsed { pause = min(pause, elapsed - spent) }
        if let end = reasonToGiveUp(tried, spent: spent, pause: pause, retryAfter: retryAfter) {
            counts.withLock { $0.givenUp += 1 }
            var last = failure.diagnostic
            last.message += "; \(end)"
            if tried < attempts, let retryAfter { last.hint = wayOut(spent: spent, retryAfter: retryAfter) }
            throw failure.saying(last)
        }
        note(failure.diagnostic)
        try await wait(until: now + pause, since: now, asked: retryAfter, because: failure.diagnostic)
    }

    /// A random pause between zero and the ceiling after that many attempts.
    private func drawnPause(after tried: Int) -> Duration {
        var ceiling = delay
        for _ in 1..<max(1, tried) where ceiling < maxDelay { ceiling += ceiling }
        return min(ceiling, maxDelay) * context.random.next()
    }

    private func reasonToGiveUp(_ tried: Int, spent: Duration, pause: Duration, retryAfter: Duration?) -> String? {
        let often = tried == 1 ? "tried once" : "tried \(tried.counted("time")) in \(spent.words)"
        if tried >= attempts { return "\(often), and 'attempts' allows no more" }
        guard spent + pause > elapsed else { return nil }
        if let retryAfter, spent + retryAfter > elapsed {
            return
                "\(often); the server asks for a pause of \(retryAfter.words), and 'elapsed' allows \(elapsed.words) in all"
        }
        return "\(often), and 'elapsed' allows \(elapsed.words) in all"
    }

    /// What to do if the server asks for a longer pause than is allowed.
    private func wayOut(spent: Duration, retryAfter: Duration) -> String {
        let again = "run it again in \(retryAfter.words); it continues where it was"
        // A wait of several days is not proposed.
        guard retryAfter <= .seconds(86_400) else { return again }
        let minutes = (spent + retryAfter).wholeSeconds / 60 + 1
        let layer = context.layer.isEmpty ? "the layer" : "[middleware.\(context.layer)]"
        return "\(again); or allow the wait: elapsed = \"\(minutes)m\" in \(layer)"
    }

    /// Waits, and shows the reason in the progress line if the wait is at least a second.
    ///
    /// An interrupted wait also counts.
    private func wait(
        until moment: Duration,
        since start: Duration,
        asked: Duration?,
        because diagnostic: Diagnostic
    ) async throws {
        defer {
            let waited = context.time.now - start
            counts.withLock { counts in
                counts.waited += waited
                counts.asked += min(waited, asked ?? .zero)
            }
        }
        guard moment - context.time.now >= .seconds(1) else { return try await context.time.sleep(until: moment) }
        let wait = context.waits.begin(diagnostic.message, until: moment)
        defer { context.waits.end(wait) }
        try await context.time.sleep(until: moment)
    }

    private func note(_ diagnostic: Diagnostic) {
        let isFirst = counts.withLock { counts in
            counts.repeated += 1
            return counts.repeated == 1
        }
        guard isFirst else { return }
        context.log.say(
            Diagnostic(
                "retry.repeats",
                message: "calls are repeated, the first time because \(diagnostic.message)",
                category: .transient,
                at: .stage(context.stage, at: nil),
                severity: .note
            )
        )
    }
}
