internal import PluginKit
internal import Redis
internal import Limits

/// Holds callers back, so that no more than so many of all processes that use a Redis server go in any window of time.
///
/// The server gives out moments (see `RedisLimiterScript`), and a caller asks again when its moment has come: whoever is
/// killed or cancelled while it waits never went, and whoever oversleeps gets another moment. Between the server's leave
/// and the call lies the time that the answer needs; a leave is good for `Rule.guardTime` and no longer, and the server
/// keeps the calls of two windows so much farther apart. So what it counts holds wherever the callers are.
final class RedisLimiter: Sendable {
    /// How many may go.
    struct Rule: Sendable, Hashable {
        /// How many may go in a window.
        let requests: Int
        /// How long a window is.
        let per: Duration
        /// How many may go at once.
        let burst: Int

        /// For how long a leave is good: a twentieth of the window, and not more than a quarter of a second.
        var guardTime: Duration { min(per / 20, .milliseconds(250)) }

        /// What all who share the limit have to agree on.
        var words: String { "\(requests) \(per.microseconds) \(burst)" }
    }

    /// What is done while the server is away.
    enum WithoutServer: Sendable, Hashable {
        /// Callers wait for so long, and then fail in passing.
        case wait(Duration)
        /// They keep to this part of the limit.
        case continueLocally(share: Double)
    }

    private struct Counts {
        /// Leaves that were no longer good when they came.
        var late = 0
        /// Turns that were given without the server.
        var alone = 0
        /// Calls that came, or waited, while the server was away.
        var degraded = 0
    }

    /// How long it is until the server is asked again that was away.
    private static let pause = Duration.milliseconds(100)

    private let client: RedisClient
    private let script: RedisLimiterScript
    private let withoutServer: WithoutServer
    /// Who holds callers back while the server is away.
    private let alone: RateLimiter
    private let time: any TimeSource
    private let log: StageLog
    private let counts = Locked(Counts())
    /// Nobody of this process asks before this moment of `time`, whether or not the server knows.
    private let closed = Locked(Duration.zero)

    /// A limiter.
    ///
    /// - Parameters:
    ///   - client: Talks with the server.
    ///   - name: What the limit is called there.
    ///   - rule: How many may go.
    ///   - withoutServer: What is done while the server is away.
    ///   - time: The clock.
    ///   - log: Where it says that the server is away.
    init(
        _ client: RedisClient,
        name: String,
        rule: Rule,
        withoutServer: WithoutServer,
        time: any TimeSource,
        log: StageLog
    ) {
        self.client = client
        self.withoutServer = withoutServer
        self.time = time
        self.log = log
        script = RedisLimiterScript(name, rule: rule)
        // Of less than one call in a window, one in a longer one is left.
        let part = if case .continueLocally(let share) = withoutServer { Double(rule.requests) * share } else { 1.0 }
        let requests = max(1, Int(part))
        alone = RateLimiter(
            requests: requests,
            per: rule.per * (Double(requests) / part),
            burst: min(requests, rule.burst),
            time: time
        )
    }

    /// What the report says about it.
    var figures: [Figure] {
        let (counts, server) = (counts.withLock { $0 }, client.counts)
        return [
            Figure("leaves that came late", value: Double(counts.late)),
            Figure("turns without redis", value: Double(counts.alone)),
            Figure("redis failures", value: Double(server.failures)),
            Figure("redis outages", value: Double(server.outages), metric: .redisOutages, isShared: true),
            Figure("redis reconnects", value: Double(server.reconnects), metric: .redisReconnects, isShared: true),
            Figure("calls in an outage", value: Double(counts.degraded), metric: .redisDegraded, isShared: true),
        ]
    }

    /// Waits until the caller may go.
    ///
    /// - Parameters:
    ///   - waits: Where the wait is noted; nil for nowhere.
    ///   - limit: What the limit is called: words that fit after "waiting for".
    /// - Returns: How long that took; nothing where it could go at once.
    /// - Throws: `CancellationError`; `StageFailure.blocked` if the server is away for too long; `redis.turned-away`,
    ///   `redis.garbled`, `redis.refused` if it is there and of no use; `rate-limit.differs` if others share the limit
    ///   with other numbers.
    func turn(noting waits: OpenWaits? = nil, as limit: String = "") async throws -> Duration {
        var place: RedisLimiterScript.Place?
        do {
            return try await turn(&place) { moment in
                let wait = waits?.begin(limit, until: moment, isLimit: true)
                defer { if let wait { waits?.end(wait) } }
                try await self.time.sleep(until: moment)
            }
        } catch {
            // Only this caller is stopped: others can have its moment.
            if let place { script.giveBack(place, on: client) }
            throw error
        }
    }

    private func turn(
        _ place: inout RedisLimiterScript.Place?,
        sleepingWith sleep: (Duration) async throws -> Void
    ) async throws -> Duration {
        let arrival = time.now
        var lastAnswer = arrival
        var (hasWaited, isDegraded) = (false, false)
        while true {
            do {
                let opening = closed.withLock { $0 }
                if place == nil, opening > time.now {
                    try checkPause(opening - time.now)
                    hasWaited = true
                    try await sleep(opening)
                }
                let asked = time.now
                let answer = try await script.turn(place, on: client)
                lastAnswer = time.now
                switch answer {
                case .go(let room):
                    // The answer was given behind `asked`, so this is on the safe side.
                    if lastAnswer - asked <= room { return hasWaited ? lastAnswer - arrival : .zero }
                    counts.withLock { $0.late += 1 }
                    place = nil
                case .wait(let next, let wait):
                    place = next
                    try checkPause(wait)
                    try await sleep(lastAnswer + wait)
                }
            } catch let failure as RedisFailure where failure.isLasting {
                // It is there, and waiting changes nothing.
                throw failure.diagnostic(client.endpoint)
            } catch let failure as RedisFailure {
                if !isDegraded { counts.withLock { $0.degraded += 1 } }
                isDegraded = true
                if let waited = try await outage(failure, since: lastAnswer) { return waited }
            }
            hasWaited = true
        }
    }

    /// Sends a caller away instead of holding it for a pause that only `retry` can say is short enough.
    ///
    /// A limit whose own window is longer than that has it wait all the same.
    private func checkPause(_ left: Duration) throws {
        guard left > max(RateLimiter.longestHold, alone.per) else { return }
        throw RateLimiter.paused(for: left)
    }

    /// Lets nobody go for so long, whoever waits already included, on any machine.
    func pause(for duration: Duration) {
        let opening = time.now + duration
        closed.withLock { $0 = max($0, opening) }
        alone.penalise(until: opening)
        script.pause(for: duration, on: client)
    }

    /// Does what is to be done while the server is away.
    ///
    /// - Parameters:
    ///   - failure: Why it is away.
    ///   - moment: When it was last there, or when the caller came.
    /// - Returns: How long the caller has waited, if it may go; nil if the server is to be asked again.
    /// - Throws: `CancellationError`; `StageFailure.blocked` when the server is away for too long.
    private func outage(_ failure: RedisFailure, since moment: Duration) async throws -> Duration? {
        let reason = failure.diagnostic(client.endpoint)
        let hint = reason.message + (reason.hint.map { "; \($0)" } ?? "")
        switch withoutServer {
        case .continueLocally(let share):
            say(
                "calls keep to \(Int((share * 100).rounded())) % of the limit until it is back",
                hint: hint,
                cause: reason
            )
            counts.withLock { $0.alone += 1 }
            return try await alone.turn()
        case .wait(let patience):
            say("calls wait until it is back", hint: hint, cause: reason)
            guard time.now - moment < patience else {
                throw StageFailure.blocked(
                    Diagnostic(
                        "rate-limit.redis",
                        message:
                            "the Redis server at '\(client.endpoint)', which shares out the limit, is away for \(patience.words)",
                        hint: hint,
                        cause: .diagnostic(reason)
                    )
                )
            }
            try await time.sleep(until: time.now + Self.pause)
            return nil
        }
    }

    /// Says once that the server is away.
    private func say(_ consequence: String, hint: String, cause: Diagnostic) {
        log.say(
            Diagnostic(
                "rate-limit.redis",
                message:
                    "the Redis server at '\(client.endpoint)', which shares out the limit, is away: \(consequence)",
                category: .environment,
                hint: hint,
                severity: .warning,
                cause: .diagnostic(cause)
            )
        )
    }
}
