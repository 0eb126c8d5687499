package import PluginKit

/// Makes a call again that failed for a reason that may pass.
package struct Retry: Middleware {
    package static let name = "retry"
    package static let summary = "Makes a call again that failed for a reason that may pass."
    package static let details = """
        A stage states of a failure whether it may pass, by `StageFailure` or by the category `transient`: a server \
        that is busy, a connection that was lost, a limit of \
        time. Only such a call is made again. What is wrong for good ends the run at once, and so does stopping it.

        The pause before an attempt is drawn evenly from nothing up to a ceiling, which begins with `delay` and doubles \
        with every attempt up to `max_delay`; so callers that failed together do not come back together. If the other \
        side has said how long it wants to be left alone (`Retry-After`), that comes first and the drawn pause behind it.

        A call is given up after `attempts`, or when its next attempt would begin later than `elapsed` after the first; \
        the error then states how often it was tried, and what to do about a pause that is longer. What is waited for can be \
        seen on the progress line. The first repetition in a stage is noted in the report.

        A transform that talks to nobody fails for good or not at all, so its batches are made again only if `calls` names \
        them: each would have to be copied before, with all that the stage remembers.

        Every kind of call can be repeated without harm. Reading a cursor again gives the same page, a transform makes \
        the same of the same batch, and a sink that gets a batch again at the mark where it got it before leaves what \
        once leaves: that is the law of sinks, and no attempt moves the mark until it has succeeded.

        Put it outside of `pool` and `rate-limit`, so that nothing is held while it pauses, and outside of `timeout` and \
        `breaker`, whose failures it is there for.
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
        @Option("How often a call is tried in all, the first time included.", in: 1...100)
        package var attempts = 5

        @Option(
            "The longest pause before the second attempt; before each further one it may be twice as long.",
            in: .zero ... .seconds(86_400)
        )
        package var delay = Duration.milliseconds(500)

        @Option(
            "What no pause is longer than, unless the other side asks for more.",
            in: .zero ... .seconds(86_400)
        )
        package var maxDelay = Duration.seconds(30)

        @Option(
            "How long after its first attempt a call may still be tried.",
            in: .zero ... .seconds(31 * 86_400)
        )
        package var elapsed = Duration.seconds(300)

        @Option(
            """
            The kinds of call that are made again. Default: the HTTP requests of a stage that makes such; else pages and \
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
        /// How much of that the other side asked for.
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

    package var figures: [Figure] {
        let counts = counts.withLock { $0 }
        return [
            Figure("repeated", value: Double(counts.repeated), metric: .retryRepeats),
            Figure("given up", value: Double(counts.givenUp), metric: .retryGivenUp),
            Figure("time waited", value: counts.waited.seconds, unit: "s", metric: .retryWait),
            Figure("of that asked for", value: counts.asked.seconds, unit: "s", metric: .retryAskedWait),
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
    /// Not generic on purpose: it is compiled once for all types of call.
    ///
    /// - Throws: The failure, if the call is given up; `CancellationError`.
    private func pause(afterAttempt tried: Int, since start: Duration, for failure: StageFailure) async throws {
        let retryAfter = failure.retryAfter
        let now = context.time.now
        let spent = now - start
        var pause = (retryAfter ?? .zero) + drawnPause(behind: tried)
        // What is asked for and allowed is waited for; the drawn pause after it is not a reason to give up.
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

    /// A pause between nothing and the ceiling for a call that was tried so often.
    private func drawnPause(behind tried: Int) -> Duration {
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
                "\(often); it is to be left alone for \(retryAfter.words), and 'elapsed' allows \(elapsed.words) in all"
        }
        return "\(often), and 'elapsed' allows \(elapsed.words) in all"
    }

    /// What to do where the server asks for more than is allowed.
    private func wayOut(spent: Duration, retryAfter: Duration) -> String {
        let again = "run it again in \(retryAfter.words); it continues where it was"
        // A wait of days is not proposed.
        guard retryAfter <= .seconds(86_400) else { return again }
        let minutes = (spent + retryAfter).components.seconds / 60 + 1
        let layer = context.layer.isEmpty ? "the layer" : "[middleware.\(context.layer)]"
        return "\(again); or allow the wait: elapsed = \"\(minutes)m\" in \(layer)"
    }

    /// Waits, and lets the progress line say for what, unless it is soon over.
    ///
    /// It counts how long that took, also where the run is stopped meanwhile.
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
                message: "calls are made again, the first time because \(diagnostic.message)",
                category: .transient,
                at: .stage(context.stage, at: nil),
                severity: .note
            )
        )
    }
}
