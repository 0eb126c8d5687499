internal import Accounts
internal import Formats
package import PluginKit
internal import Limits

/// Trakt's limit of requests: all who ask as the same account or app share it, also from run to run.
///
/// A `RateLimiter` gives out the turns and `RateLimitLog` remembers them; this says what Trakt's answers mean for both.
package final class TraktLimit: Sendable {
    private let limiter: RateLimiter
    private let memory: RateLimitLog
    private let time: any TimeSource
    /// What to add to the clock for the time since 1970.
    private let sinceEpoch: Duration
    private let state = Locked(State())

    private struct State {
        /// Requests that have gone and were not answered yet.
        var underway = 0
        /// Nobody goes before.
        var blocked = Duration.zero
        /// No request goes before, and none is held until then: it is longer than a window.
        var closed = Duration.zero
        /// How often in a row the server gave no reason for its refusal.
        var refusals = 0
    }

    /// Requests do not arrive as evenly as they leave, and what is kept is rounded to a millisecond.
    private static let margin = Duration.seconds(1)

    /// What it is called where a run reports what it waits for.
    static let name = "Trakt's request limit"

    /// What Trakt documents.
    private static let requests = 1000
    private static let period = Duration.seconds(300)

    /// The limit that all stages of the process share who are counted together.
    ///
    /// - Parameters:
    ///   - key: Who is counted.
    ///   - context: The services of the house.
    ///   - clock: The time since 1970; nil for the machine's.
    /// - Returns: The limit; nobody has used it yet, except in earlier runs.
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
        let wall: (@Sendable () -> Int64)? =
            if let clock { { clock.seconds * 1000 } } else { nil }
        memory = RateLimitLog(
            limiter,
            in: context.kept,
            as: "trakt limit \(key)",
            log: context.log,
            wall: wall
        )
        sinceEpoch = .seconds((clock ?? WallClock(time)).seconds - time.now.wholeSeconds)
    }

    /// Waits until a request may be made, and counts it.
    ///
    /// - Parameter waits: Where it reports that it waits; nil for nowhere.
    /// - Returns: How long that took.
    /// - Throws: `StageFailure.blocked` if the server takes none for longer than a window; `CancellationError`.
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

    /// Sends a caller away for as long as the server takes nothing.
    ///
    /// How long a wait may be is for the layer `retry` to say, which knows what is allowed.
    private func checkIsOpen() throws {
        let end = state.withLock { $0.closed }
        let left = end - time.now
        guard left > .zero else { return }
        let moment = OAuthProblem.time((sinceEpoch + end).components.seconds)
        throw StageFailure.blocked(
            Diagnostic(
                "trakt.too-many",
                message: "Trakt takes no request from this account or app before \(moment)",
                hint: "run it again then; it continues where it was"
            ),
            retryAfter: left
        )
    }

    /// How long an answer asks to be left alone; nil if it does not.
    func pause(_ headers: HTTPHeaders) -> Duration? {
        headers.retryAfter(at: (sinceEpoch + time.now).components.seconds)
    }

    /// Makes a request, which the server may not have counted while it is under way.
    func sending(_ send: () async throws -> HTTPResponse) async throws -> HTTPResponse {
        state.withLock { $0.underway += 1 }
        defer { state.withLock { $0.underway -= 1 } }
        return try await send()
    }

    /// Writes down what was really used.
    package func settle() async { await memory.finish() }

    // MARK: What the server says

    /// Takes up what an answer says of the limit, other than that it is exceeded.
    package func note(_ headers: HTTPHeaders) {
        let underway = state.withLock { state in
            state.refusals = 0
            return state.underway
        }
        guard let said = RateHeader(headers["X-Ratelimit"]) else { return }
        adopt(said, headers: headers, underway: underway)
        // With nothing left and an end beyond the window, the end counts.
        if said.remaining == 0, let left = left(of: said, headers: headers), left > said.period + Self.margin {
            close(until: time.now + left)
        }
    }

    private func adopt(_ said: RateHeader, headers: HTTPHeaders, underway: Int) {
        guard let limit = said.limit else { return }
        let now = time.now
        let end = left(of: said, headers: headers).map { now + min($0, said.period) }
        limiter.adopt(
            limit: limit,
            per: said.period + Self.margin,
            remaining: said.remaining ?? .max,
            until: end.map { $0 > now ? $0 + Self.margin : now } ?? now,
            underway: underway
        )
    }

    /// How long the server's window still lasts, by the server's clock where it shows one; nil if it does not say.
    private func left(of said: RateHeader, headers: HTTPHeaders) -> Duration? {
        said.until.map { HTTPHeaders.bounded($0 - (headers.serverTime.map { .seconds($0) } ?? sinceEpoch + time.now)) }
    }

    private func close(until moment: Duration) { state.withLock { $0.closed = max($0.closed, moment) } }

    /// Holds everybody back because the server has refused a request.
    ///
    /// - Returns: For how long.
    package func refused(_ headers: HTTPHeaders) -> Duration {
        let now = time.now
        let said = RateHeader(headers["X-Ratelimit"])
        if let said { adopt(said, headers: headers, underway: 0) }
        let asked = self.pause(headers)
        let left = said.flatMap { self.left(of: $0, headers: headers) }
        let moment = state.withLock { state in
            var pause: Duration
            if let asked {
                pause = asked
            } else if let left {
                pause = max(.seconds(1), left)
            } else {
                pause = .seconds(min(300, 30 << min(state.refusals, 4)))
                // What is refused at the same moment is one refusal.
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
    /// How many requests a window takes; nil if the header does not say, or something that no limit is.
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
