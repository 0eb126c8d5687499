public import PluginKit

/// Delays callers so that at most `requests` pass in any window of `per`.
///
/// Each caller gets its slot on arrival, in order, and sleeps until then. A caller that is cancelled while it waits
/// leaves its slot to the next.
///
///     let limiter = context.shared.rateLimiter("trakt") {
///         RateLimiter(requests: 1000, per: .seconds(300), time: context.time)
///     }
///     _ = try await limiter.turn()
public final class RateLimiter: Sendable {
    /// The number of calls allowed in a window.
    public let requests: Int
    /// The length of the window.
    public let per: Duration
    /// The number of calls allowed together.
    public let burst: Int
    private let time: any TimeSource
    private let schedule: Locked<RateSchedule>

    /// Creates a limiter that no call has passed yet.
    ///
    /// - Parameters:
    ///   - requests: The number of calls allowed in any window, at least 1.
    ///   - per: The length of the window, greater than zero.
    ///   - burst: The number of calls allowed together, from 1 to `requests`; nil for `requests`. A lower value spreads
    ///     calls more evenly.
    ///   - time: The clock.
    public init(requests: Int, per: Duration, burst: Int? = nil, time: any TimeSource) {
        self.requests = requests
        self.per = per
        self.burst = min(burst ?? requests, requests)
        self.time = time
        schedule = Locked(RateSchedule(requests: requests, per: per, burst: self.burst))
    }

    /// Creates a limiter that resumes where another one stopped, usually that of an earlier run.
    ///
    /// - Parameters:
    ///   - requests: The number of calls allowed in any window, at least 1.
    ///   - per: The length of the window, greater than zero.
    ///   - burst: The number of calls allowed together, from 1 to `requests`; nil for `requests`.
    ///   - recent: What `recent` of the other limiter returned.
    ///   - wall: The time in milliseconds since 1970-01-01T00:00:00Z.
    ///   - time: The clock.
    public init(
        requests: Int,
        per: Duration,
        burst: Int? = nil,
        resuming recent: [Int64],
        wall: Int64,
        time: any TimeSource
    ) {
        self.requests = requests
        self.per = per
        self.burst = min(burst ?? requests, requests)
        self.time = time
        schedule = Locked(
            RateSchedule(
                requests: requests,
                per: per,
                burst: self.burst,
                resuming: recent,
                now: time.now,
                wall: wall
            )
        )
    }

    /// Waits until the caller may pass.
    ///
    /// - Returns: How long the caller waited.
    /// - Throws: `CancellationError` if the task is cancelled while it waits.
    @discardableResult
    public func turn() async throws -> Duration { try await turn(noting: nil, as: "") }

    /// Waits until the caller may pass, and shows the wait in the progress line.
    ///
    /// - Parameters:
    ///   - waits: Where the wait is noted; nil to note it nowhere.
    ///   - limit: The limit's name; it has to fit after "waiting for".
    /// - Returns: How long the caller waited.
    /// - Throws: `CancellationError` if the task is cancelled while it waits.
    @discardableResult
    public func turn(noting waits: OpenWaits?, as limit: String) async throws -> Duration {
        let arrival = time.now
        guard let (turn, moment) = reserve(at: arrival) else { return .zero }
        return try await wait(
            for: turn,
            at: moment,
            since: arrival,
            noting: { waits?.begin(limit, until: $0, isLimit: true) },
            over: { waits?.end($0) }
        )
    }

    /// Lets the caller pass if it need not wait; otherwise the caller has to call `turn`.
    ///
    /// - Returns: Whether the caller has passed.
    public func passesImmediately() -> Bool {
        let now = time.now
        return schedule.withLock { $0.passesImmediately(now: now) }
    }

    /// The number of a caller's turn, and its slot; nil if the caller passes immediately.
    private func reserve(at arrival: Duration) -> (turn: Int, moment: Duration)? {
        schedule.withLock { schedule in
            let turn = schedule.reserve(now: arrival)
            return schedule.take(turn, now: arrival).map { (turn, $0) }
        }
    }

    private func wait(
        for turn: Int,
        at moment: Duration,
        since arrival: Duration,
        noting: (Duration) -> Int?,
        over: (Int) -> Void
    ) async throws -> Duration {
        var moment = moment
        do {
            while true {
                let note = noting(moment)
                defer { if let note { over(note) } }
                try await time.sleep(until: moment)
                let now = time.now
                guard let later = schedule.withLock({ $0.take(turn, now: now) }) else { return now - arrival }
                moment = later
            }
        } catch {
            schedule.withLock { $0.giveBack(turn) }
            throw error
        }
    }

    /// Applies a limit that the server has reported, in addition to the configured one.
    ///
    /// A stricter limit holds from now on; a looser one changes nothing. Until `until`, at most `remaining` calls pass,
    /// including those that are already waiting.
    ///
    ///     // X-Ratelimit: {"limit": 500, "period": 300, "remaining": 17, "until": "2026-11-23T14:30:00Z"}
    ///     limiter.adopt(limit: 500, per: .seconds(300), remaining: 17, until: context.time.now + .seconds(42), underway: 3)
    ///
    /// - Parameters:
    ///   - limit: How many calls the server accepts in a window.
    ///   - per: The length of the server's window.
    ///   - remaining: How many calls the server still accepts.
    ///   - until: Until when `remaining` holds, by the clock.
    ///   - underway: How many calls were sent that the server may not have counted, such as those still on their way.
    public func adopt(limit: Int, per: Duration, remaining: Int, until: Duration, underway: Int = 0) {
        let now = time.now
        schedule.withLock { schedule in
            if limit > 0, per > .zero { schedule.adopt(RateSchedule.Window(requests: limit, per: per)) }
            schedule.allow(remaining.subtracting(clamped: underway), until: until, now: now)
        }
    }

    /// Applies a window that the server has reported.
    package func keep(to window: RateSchedule.Window) { schedule.withLock { $0.adopt(window) } }

    /// The window that the server has reported, if it is stricter than the configured one.
    package var reported: RateSchedule.Window? { schedule.withLock { $0.reported } }

    /// When the calls passed that still count; for the next run.
    ///
    /// - Parameter wall: The time in milliseconds since 1970-01-01T00:00:00Z.
    /// - Returns: Timestamps in the unit of `wall`, the earliest first.
    public func recent(wall: Int64) -> [Int64] {
        let now = time.now
        return schedule.withLock { $0.recent(now: now, wall: wall) }.map(\.moment)
    }

    /// When the calls passed that still count, in at most `most` groups.
    package func recent(wall: Int64, inGroups most: Int) -> [RateSchedule.Group] {
        let now = time.now
        return schedule.withLock { $0.recent(now: now, wall: wall, inGroups: most) }
    }

    /// Counts calls of an earlier run as if they had passed here.
    ///
    /// Does nothing if a call has already passed or is waiting, so several users of a limiter may each call it before
    /// their first turn.
    ///
    /// - Parameters:
    ///   - recent: What `recent` returned in the earlier run.
    ///   - wall: The time in milliseconds since 1970-01-01T00:00:00Z.
    public func resume(_ recent: [Int64], wall: Int64) {
        let now = time.now
        schedule.withLock { $0.resume(recent, now: now, wall: wall) }
    }

    /// Lets no call pass before a time of the clock, including those that are already waiting; for a server that asks
    /// for a pause.
    ///
    /// Waiting calls keep their order and their distances. Later ones follow them, spread evenly if `burst` is less
    /// than `requests`.
    public func penalise(until moment: Duration) { schedule.withLock { $0.block(until: moment) } }

    /// Until when no call passes because a server has asked for a pause, by the clock; in the past if none has.
    public var penalty: Duration { schedule.withLock { $0.blocked } }
}

extension SharedObjects {
    /// The limiter shared by all that use the same key.
    ///
    /// - Parameters:
    ///   - key: The limiter's key, such as the name of a service.
    ///   - make: Creates the limiter if the key is new.
    /// - Returns: The limiter; its limits are those of the first caller.
    public func rateLimiter(_ key: String, make: () -> RateLimiter) -> RateLimiter {
        object("rate limiter \(key)", make: make)
    }
}
