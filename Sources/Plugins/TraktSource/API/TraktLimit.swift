internal import Accounts
internal import Formats
package import PluginKit
internal import Limits

/// Trakt's limit of requests: all clients of the same account or app share it, also from run to run.
///
/// A `RateLimiter` assigns the slots and a `RateLimitLog` stores them; this class applies Trakt's answers to both.
package final class TraktLimit: Sendable {
    private let limiter: RateLimiter
    private let memory: RateLimitLog
    private let time: any TimeSource
    /// The difference between the clock and the time since 1970.
    private let sinceEpoch: Duration
    private let state = Locked(State())

    private struct State {
        /// Requests that were sent and have not been answered yet.
        var underway = 0
        /// No request is sent before this time.
        var blocked = Duration.zero
        /// No request is sent before this time, and none waits for it: the pause is longer than a window.
        var closed = Duration.zero
        /// The number of consecutive refusals without a stated reason.
        var refusals = 0
    }

    /// Requests do not arrive as evenly as they are sent, and stored times are rounded to a millisecond.
    private static let margin = Duration.seconds(1)

    /// Its name in reports of what a run waits for.
    static let name = "Trakt's request limit"

    /// The documented limit.
    private static let requests = 1000
    private static let period = Duration.seconds(300)

    /// The limit that all stages of the process share which are counted together.
    ///
    /// - Parameters:
    ///   - key: The account or app that is counted.
    ///   - context: The services of the stage.
    ///   - clock: The time since 1970; nil for the machine's.
    /// - Returns: The limit; it has not been used yet, except in earlier runs.
    package static func shared(_ key: String, in context: StageContext, clock: WallClock? = nil) -> TraktLimit {
        let limiter = context.shared.rateLimiter("trakt \(key)") {
            RateLimiter(requests: requests, per: period + margin, time: context.time)
        }
        return context.shared.object("trakt limit \(key)") { TraktLimit(limiter, key: key, in: context, clock: clock) }
    }

    private init(_ limiter: RateLimiter, key: String, in context: StageContext, clock: WallClock?) {
        self.limiter = limiter
        let time = context.time
        self.time = time
        let clock = clock ?? WallClock(time)
        memory = RateLimitLog(
            limiter,
            in: context.kept,
            as: "trakt limit \(key)",
            log: context.log,
            clock: clock
        )
        sinceEpoch = .nanoseconds(clock.nanoseconds.subtracting(clamped: time.nanoseconds))
    }

    /// Waits until a request may be made, and counts it.
    ///
    /// - Parameter waits: Receives the wait while it lasts; nil for none.
    /// - Returns: The duration of the wait.
    /// - Throws: `StageFailure.blocked` if the server accepts none for longer than a window; `CancellationError`.
    @discardableResult
    package func turn(_ waits: OpenWaits? = nil) async throws -> Duration {
        try checkIsOpen()
        if !memory.begins() { await memory.book() }
        defer { memory.passed() }
        guard !limiter.passesImmediately() else { return .zero }
        let waited = try await limiter.turn(noting: waits, as: Self.name)
        try checkIsOpen()
        return waited
    }

    /// Rejects a call as long as the server accepts no requests.
    ///
    /// The layer `retry` decides how long to wait, since it knows what is allowed.
    private func checkIsOpen() throws {
        let end = state.withLock { $0.closed }
        let left = end - time.now
        guard left > .zero else { return }
        let moment = OAuthProblem.time((sinceEpoch + end).wholeSeconds)
        throw StageFailure.blocked(
            Diagnostic(
                "trakt.too-many",
                message: "Trakt accepts no request from this account or app before \(moment)",
                hint: "run it again then; it continues where it stopped"
            ),
            retryAfter: left
        )
    }

    /// The pause that an answer requests; nil if it requests none.
    func pause(_ headers: HTTPHeaders) -> Duration? {
        headers.retryAfter(at: (sinceEpoch + time.now).wholeSeconds)
    }

    /// Makes a request, which the server may not have counted while it is in progress.
    func sending(_ send: () async throws -> HTTPResponse) async throws -> HTTPResponse {
        state.withLock { $0.underway += 1 }
        defer { state.withLock { $0.underway -= 1 } }
        return try await send()
    }

    /// Records how many requests were really used.
    package func settle() async { await memory.finish() }

    // MARK: The server's answers

    /// Applies what an answer states about the limit, unless it is exceeded.
    package func note(_ headers: HTTPHeaders) {
        let underway = state.withLock { state in
            state.refusals = 0
            return state.underway
        }
        guard let header = RateHeader(headers["X-Ratelimit"]) else { return }
        adopt(header, headers: headers, underway: underway)
        // If nothing is left and the end is beyond the window, the end counts.
        if header.remaining == 0, let left = left(of: header, headers: headers), left > header.period + Self.margin {
            close(until: time.now + left)
        }
    }

    private func adopt(_ header: RateHeader, headers: HTTPHeaders, underway: Int) {
        guard let limit = header.limit else { return }
        let now = time.now
        let end = left(of: header, headers: headers).map { now + min($0, header.period) }
        limiter.adopt(
            limit: limit,
            per: header.period + Self.margin,
            remaining: header.remaining ?? .max,
            until: end.map { $0 > now ? $0 + Self.margin : now } ?? now,
            underway: underway
        )
    }

    /// The rest of the server's window, by the server's clock if it shows one; nil if it is not stated.
    private func left(of header: RateHeader, headers: HTTPHeaders) -> Duration? {
        let now = headers.serverTime.map { Duration.seconds($0) } ?? sinceEpoch + time.now
        return header.until.map { HTTPHeaders.bounded($0 - now) }
    }

    private func close(until moment: Duration) { state.withLock { $0.closed = max($0.closed, moment) } }

    /// Delays all requests because the server has refused one.
    ///
    /// - Returns: The delay.
    package func refused(_ headers: HTTPHeaders) -> Duration {
        let now = time.now
        let header = RateHeader(headers["X-Ratelimit"])
        if let header { adopt(header, headers: headers, underway: 0) }
        let asked = self.pause(headers)
        let left = header.flatMap { self.left(of: $0, headers: headers) }
        let moment = state.withLock { state in
            var pause: Duration
            if let asked {
                pause = asked
            } else if let left {
                pause = max(.seconds(1), left)
            } else {
                pause = .seconds(min(300, 30 << min(state.refusals, 4)))
                // Simultaneous refusals count as one.
                if state.blocked <= now { state.refusals += 1 }
            }
            let moment = now + max(pause, .milliseconds(100))
            state.blocked = max(state.blocked, moment)
            return moment
        }
        if moment - now > Self.period + Self.margin {
            close(until: moment)
        } else {
            limiter.penalise(until: moment)
        }
        return moment - now
    }
}

/// `{"name":"UNAUTHED_API_GET_LIMIT","period":300,"limit":1000,"remaining":0,"until":"2020-10-10T00:24:00Z"}`.
private struct RateHeader {
    /// The number of requests in a window; nil if the header does not state it, or states an impossible limit.
    let limit: Int?
    let period: Duration
    let remaining: Int?
    /// The end of the window, since 1970.
    let until: Duration?

    init?(_ text: String?) {
        guard let text, let json = try? JSONValue(parsing: Array(text.utf8), name: "X-Ratelimit"),
            json.object != nil
        else { return nil }
        limit = json["limit"]?.integer.flatMap { 1...1_000_000 ~= $0 ? Int($0) : nil }
        period = .seconds(json["period"]?.integer.flatMap { 1...86_400 ~= $0 ? $0 : nil } ?? 300)
        remaining = json["remaining"]?.integer.map { Int(max(0, $0)) }
        until = json["until"]?.string.flatMap { ISO8601.microseconds(of: Array($0.utf8).span) }.map {
            .microseconds($0)
        }
    }
}
