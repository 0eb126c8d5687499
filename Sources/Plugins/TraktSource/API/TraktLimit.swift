internal import Formats
package import PluginKit

/// Trakt's limit of requests: all who ask as the same account or app share it, also from run to run.
///
/// A `RateLimiter` gives out the turns and `KeptMoments` remembers them; this says what Trakt's answers mean for both.
package final class TraktLimit: Sendable {
    private let limiter: RateLimiter
    private let memory: KeptMoments
    private let time: any TimeSource
    /// What to add to the clock for the time since 1970.
    private let sinceEpoch: Duration
    private let state = Guarded(State())

    private struct State {
        /// Requests that have gone and were not answered yet.
        var underway = 0
        /// Nobody goes before.
        var blocked = Duration.zero
        /// How often in a row the server gave no reason for its refusal.
        var refusals = 0
    }

    /// Requests do not arrive as evenly as they leave, and what is kept is rounded to a millisecond.
    private static let margin = Duration.seconds(1)

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
        return context.shared.object("trakt limit \(key)") { TraktLimit(limiter, key, in: context, clock: clock) }
    }

    private init(_ limiter: RateLimiter, _ key: String, in context: StageContext, clock: WallClock?) {
        self.limiter = limiter
        let time = context.time
        self.time = time
        let wall: (@Sendable () -> Int64)? =
            if let clock { { clock.seconds * 1000 } } else { nil }
        memory = KeptMoments(
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
    /// - Throws: `CancellationError`.
    package func turn() async throws {
        if !memory.begins() { await memory.book() }
        defer { memory.gone() }
        try await limiter.turn()
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
        adopt(said, underway: underway)
    }

    private func adopt(_ said: RateHeader, underway: Int) {
        let now = time.now
        let end = said.until.map { now + min(max(.zero, $0 - (sinceEpoch + now)), said.period) }
        limiter.adopt(
            limit: said.limit,
            per: said.period + Self.margin,
            remaining: said.remaining ?? .max,
            until: end.map { $0 > now ? $0 + Self.margin : now } ?? now,
            underway: underway
        )
    }

    /// Holds everybody back because the server has refused a request.
    ///
    /// - Returns: For how long.
    package func refused(_ headers: HTTPHeaders) -> Duration {
        let now = time.now
        let said = RateHeader(headers["X-Ratelimit"])
        if let said { adopt(said, underway: 0) }
        let moment = state.withLock { state in
            var pause: Duration
            if let seconds = headers["Retry-After"].flatMap({ Int($0) }), seconds >= 0 {
                pause = .seconds(min(seconds, 3600))
            } else if let until = said?.until {
                pause = min(max(.seconds(1), until - (sinceEpoch + now)), said?.period ?? .seconds(300))
            } else {
                pause = .seconds(min(300, 30 << min(state.refusals, 4)))
                // What is refused at the same moment is one refusal.
                if state.blocked <= now { state.refusals += 1 }
            }
            let moment = now + max(pause, .milliseconds(100))
            state.blocked = max(state.blocked, moment)
            return moment
        }
        limiter.penalise(until: moment)
        return moment - now
    }
}

/// `{"name":"UNAUTHED_API_GET_LIMIT","period":300,"limit":1000,"remaining":0,"until":"2020-10-10T00:24:00Z"}`.
private struct RateHeader {
    let limit: Int
    let period: Duration
    let remaining: Int?
    /// The end of the window, since 1970.
    let until: Duration?

    init?(_ text: String?) {
        guard let text, let json = try? JSONValue(parsing: Array(text.utf8), name: "X-Ratelimit"),
            let limit = json["limit"]?.integer, 1...1_000_000 ~= limit
        else { return nil }
        self.limit = Int(limit)
        period = .seconds(json["period"]?.integer.flatMap { 1...86_400 ~= $0 ? $0 : nil } ?? 300)
        remaining = json["remaining"]?.integer.flatMap { Int(exactly: $0) }
        until = json["until"]?.string.flatMap { ISO8601.milliseconds(of: Array($0.utf8).span) }.map {
            .milliseconds($0)
        }
    }
}
