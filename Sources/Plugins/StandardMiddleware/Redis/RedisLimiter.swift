internal import PluginKit
internal import Redis
internal import Limits

/// Delays callers so that all processes that use a Redis server make at most `requests` calls in any window of `per`.
///
/// The server assigns slots (see `RedisLimiterScript`), and a caller asks again when its slot has come: a caller that
/// is killed or cancelled while it waits has made no call, and one that wakes up late gets another slot. Between the
/// server's grant and the call lies the time that the answer takes. A grant is valid for `Rule.guardTime`, and the
/// server keeps the calls of two windows farther apart by that time, so the limit holds wherever the callers are.
final class RedisLimiter: Sendable {
    /// A limit.
    struct Rule: Sendable, Hashable {
        /// The number of calls allowed in a window.
        let requests: Int
        /// The length of the window.
        let per: Duration
        /// The number of calls allowed together.
        let burst: Int

        /// The lifetime of a grant: a twentieth of the window, at most a quarter of a second.
        var guardTime: Duration { min(per / 20, .milliseconds(250)) }

        /// What all users of the limit have to agree on.
        var words: String { "\(requests) \(per.microseconds) \(burst)" }
    }

    /// What callers do while the server is unavailable.
    enum WithoutServer: Sendable, Hashable {
        /// They wait for this time, and then fail transiently.
        case wait(Duration)
        /// They use this share of the limit.
        case continueLocally(share: Double)
    }

    private struct Counts {
        /// Grants that had expired on arrival.
        var late = 0
        /// Turns that were taken without the server.
        var alone = 0
        /// Calls that arrived, or waited, while the server was unavailable.
        var degraded = 0
    }

    /// How often an unavailable server is asked again.
    private static let pause = Duration.milliseconds(100)

    private let client: RedisClient
    private let script: RedisLimiterScript
    private let withoutServer: WithoutServer
    /// The limiter used while the server is unavailable.
    private let alone: RateLimiter
    private let time: any TimeSource
    private let log: StageLog
    private let counts = Locked(Counts())
    /// No caller of this process asks the server before this time of `time`, whether or not the server knows of the
    /// pause.
    private let closed = Locked(Duration.zero)

    /// Creates a limiter.
    ///
    /// - Parameters:
    ///   - client: The client of the server.
    ///   - name: The name of the limit on the server.
    ///   - rule: The limit.
    ///   - withoutServer: What callers do while the server is unavailable.
    ///   - time: The clock.
    ///   - log: Receives a warning when the server is unavailable.
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
        // A share of less than one call in a window is one call in a longer window.
        let part = if case .continueLocally(let share) = withoutServer { Double(rule.requests) * share } else { 1.0 }
        let requests = max(1, Int(part))
        alone = RateLimiter(
            requests: requests,
            per: rule.per * (Double(requests) / part),
            burst: min(requests, rule.burst),
            time: time
        )
    }

    /// The metrics for the report.
    var measurements: [Measurement] {
        let (counts, server) = (counts.withLock { $0 }, client.counts)
        return [
            Measurement("late grants", value: Double(counts.late)),
            Measurement("turns without redis", value: Double(counts.alone)),
            Measurement("redis failures", value: Double(server.failures)),
            Measurement("redis outages", value: Double(server.outages), metric: .redisOutages, isShared: true),
            Measurement("redis reconnects", value: Double(server.reconnects), metric: .redisReconnects, isShared: true),
            Measurement("calls in an outage", value: Double(counts.degraded), metric: .redisDegraded, isShared: true),
        ]
    }

    /// Waits until the caller may make its call.
    ///
    /// - Parameters:
    ///   - waits: Where the wait is noted; nil to note it nowhere.
    ///   - limit: The limit's name; it has to fit after "waiting for".
    /// - Returns: How long the caller waited; zero if it did not.
    /// - Throws: `CancellationError`; `StageFailure.blocked` if the server is unavailable for too long; `redis.denied`,
    ///   `redis.garbled`, `redis.refused` if it is available but cannot be used; `rate-limit.differs` if other
    ///   processes use the limit with other numbers.
    func turn(noting waits: OpenWaits? = nil, as limit: String = "") async throws -> Duration {
        var place: RedisLimiterScript.Place?
        do {
            return try await turn(&place) { moment in
                let wait = waits?.begin(limit, until: moment, isLimit: true)
                defer { if let wait { waits?.end(wait) } }
                try await self.time.sleep(until: moment)
            }
        } catch {
            // Only this caller is cancelled: another one can use its slot.
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
                    // The server answered after `asked`, so this is on the safe side.
                    if lastAnswer - asked <= room { return hasWaited ? lastAnswer - arrival : .zero }
                    counts.withLock { $0.late += 1 }
                    place = nil
                case .wait(let next, let wait):
                    place = next
                    try checkPause(wait)
                    try await sleep(lastAnswer + wait)
                }
            } catch let failure as RedisFailure where failure.isLasting {
                // The server is available, and waiting does not help.
                throw failure.diagnostic(client.endpoint)
            } catch let failure as RedisFailure {
                if !isDegraded { counts.withLock { $0.degraded += 1 } }
                isDegraded = true
                if let waited = try await outage(failure, since: lastAnswer) { return waited }
            }
            hasWaited = true
        }
    }

    /// Throws instead of waiting for a long pause: only `retry` knows whether it is short enough.
    ///
    /// A limit with a longer window of its own waits nevertheless.
    private func checkPause(_ left: Duration) throws {
        guard left > max(RateLimiter.longestHold, alone.per) else { return }
        throw RateLimiter.paused(for: left)
    }

    /// Lets no call pass for `duration`, on any machine, including calls that are already waiting.
    func pause(for duration: Duration) {
        let opening = time.now + duration
        closed.withLock { $0 = max($0, opening) }
        alone.penalise(until: opening)
        script.pause(for: duration, on: client)
    }

    /// Applies `withoutServer` while the server is unavailable.
    ///
    /// - Parameters:
    ///   - failure: Why the server is unavailable.
    ///   - moment: When the server last answered, or when the caller arrived.
    /// - Returns: How long the caller has waited, if it may make its call; nil to ask the server again.
    /// - Throws: `CancellationError`; `StageFailure.blocked` when the server is unavailable for too long.
    private func outage(_ failure: RedisFailure, since moment: Duration) async throws -> Duration? {
        let reason = failure.diagnostic(client.endpoint)
        let hint = reason.message + (reason.hint.map { "; \($0)" } ?? "")
        switch withoutServer {
        case .continueLocally(let share):
            say(
                "calls keep to \(Int((share * 100).rounded())) % of the limit until it is available",
                hint: hint,
                cause: reason
            )
            counts.withLock { $0.alone += 1 }
            return try await alone.turn()
        case .wait(let patience):
            say("calls wait until it is available", hint: hint, cause: reason)
            guard time.now - moment < patience else {
                throw StageFailure.blocked(
                    Diagnostic(
                        "rate-limit.redis",
                        message:
                            "the Redis server at '\(client.endpoint)' of the limit has been unavailable for \(patience.words)",
                        hint: hint,
                        cause: .diagnostic(reason)
                    )
                )
            }
            try await time.sleep(until: time.now + Self.pause)
            return nil
        }
    }

    /// Logs once that the server is unavailable.
    private func say(_ consequence: String, hint: String, cause: Diagnostic) {
        log.say(
            Diagnostic(
                "rate-limit.redis",
                message:
                    "the Redis server at '\(client.endpoint)' of the limit is unavailable: \(consequence)",
                category: .environment,
                hint: hint,
                severity: .warning,
                cause: .diagnostic(cause)
            )
        )
    }
}
