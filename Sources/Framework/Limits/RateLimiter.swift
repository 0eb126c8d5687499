public import PluginKit

/// Holds callers back, so that no more than so many go in any window of time.
///
/// Each caller is told its moment when it comes, in order, and sleeps until then; nobody asks twice. One that is
/// cancelled while it waits leaves its moment to the next.
///
///     let limiter = context.shared.rateLimiter("trakt") {
///         RateLimiter(requests: 1000, per: .seconds(300), time: context.time)
///     }
///     _ = try await limiter.turn()
public final class RateLimiter: Sendable {
    /// How many may go in a window.
    public let requests: Int
    /// How long a window is.
    public let per: Duration
    /// How many may go at once.
    public let burst: Int
    private let time: any TimeSource
    private let schedule: Locked<RateSchedule>

    /// A limiter that nobody has passed yet.
    ///
    /// - Parameters:
    ///   - requests: How many may go in any window, at least 1.
    ///   - per: How long a window is, more than nothing.
    ///   - burst: How many may go at once, from 1 to `requests`; nil for `requests`. The fewer, the more evenly they go.
    ///   - time: The clock.
    public init(requests: Int, per: Duration, burst: Int? = nil, time: any TimeSource) {
        self.requests = requests
        self.per = per
        self.burst = min(burst ?? requests, requests)
        self.time = time
        schedule = Locked(RateSchedule(requests: requests, per: per, burst: self.burst))
    }

    /// A limiter that goes on where another one was, as a rule that of an earlier run.
    ///
    /// - Parameters:
    ///   - requests: How many may go in any window, at least 1.
    ///   - per: How long a window is, more than nothing.
    ///   - burst: How many may go at once, from 1 to `requests`; nil for `requests`.
    ///   - recent: What `recent` of the other one has returned.
    ///   - wall: The time, in milliseconds since 1970-01-01T00:00:00Z.
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

    /// Waits until the caller may go.
    ///
    /// - Returns: How long that took.
    /// - Throws: `CancellationError` if the task is cancelled meanwhile.
    @discardableResult
    public func turn() async throws -> Duration { try await turn(noting: nil, as: "") }

    /// Waits until the caller may go, and lets the progress line say so.
    ///
    /// - Parameters:
    ///   - waits: Where the wait is noted; nil for nowhere.
    ///   - limit: What the limit is called: words that fit after "waiting for".
    /// - Returns: How long that took.
    /// - Throws: `CancellationError` if the task is cancelled meanwhile.
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

    /// Has the caller go at once, if its moment is now; otherwise it has to ask for its turn.
    ///
    /// - Returns: Whether it goes.
    public func goesAtOnce() -> Bool {
        let now = time.now
        return schedule.withLock { $0.goesAtOnce(now: now) }
    }

    /// The turn of a caller, and its moment; nil if it goes at once.
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

    /// Keeps to what the other side says of its limit, beside what was configured.
    ///
    /// A limit that allows less, in whatever time, holds from now on; one that allows more changes nothing. Until the
    /// moment that is told, no more go than are left, those who wait already included.
    ///
    ///     // X-Ratelimit: {"limit": 500, "period": 300, "remaining": 17, "until": "2026-11-23T14:30:00Z"}
    ///     limiter.adopt(limit: 500, per: .seconds(300), remaining: 17, until: context.time.now + .seconds(42), underway: 3)
    ///
    /// - Parameters:
    ///   - limit: How many the other side takes in a window.
    ///   - per: How long its window is.
    ///   - remaining: How many it still takes.
    ///   - until: Until when that holds, by the clock.
    ///   - underway: How many calls have gone that it may not have counted yet, such as others on their way.
    public func adopt(limit: Int, per: Duration, remaining: Int, until: Duration, underway: Int = 0) {
        let now = time.now
        schedule.withLock { schedule in
            if limit > 0, per > .zero { schedule.adopt(RateSchedule.Window(requests: limit, per: per)) }
            schedule.allow(remaining.subtracting(clamped: underway), until: until, now: now)
        }
    }

    /// Keeps to a window that the other side has told of.
    package func keep(to window: RateSchedule.Window) { schedule.withLock { $0.adopt(window) } }

    /// The window that the other side has told of, if it is stricter than the configured one.
    package var told: RateSchedule.Window? { schedule.withLock { $0.told } }

    /// When those went who still count, to be kept for the next run.
    ///
    /// - Parameter wall: The time, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Returns: Moments like `wall`, the earliest first.
    public func recent(wall: Int64) -> [Int64] {
        let now = time.now
        return schedule.withLock { $0.recent(now: now, wall: wall) }.map(\.moment)
    }

    /// The same in groups, for whoever keeps them.
    package func recent(wall: Int64, inGroups most: Int) -> [RateSchedule.Group] {
        let now = time.now
        return schedule.withLock { $0.recent(now: now, wall: wall, inGroups: most) }
    }

    /// Counts those who went in an earlier run as if they had gone here.
    ///
    /// Nothing changes if somebody has gone already, or waits: so several who share a limiter may each do so before their
    /// first turn.
    ///
    /// - Parameters:
    ///   - recent: What `recent` has returned in the earlier run.
    ///   - wall: The time, in milliseconds since 1970-01-01T00:00:00Z.
    public func resume(_ recent: [Int64], wall: Int64) {
        let now = time.now
        schedule.withLock { $0.resume(recent, now: now, wall: wall) }
    }

    /// Lets nobody go before a moment of the clock, whoever waits already included: for a server that asks for a pause.
    ///
    /// Those who wait keep their order and their distances; who comes later goes behind them, and evenly
    /// where fewer go at once than in a window.
    public func penalise(until moment: Duration) { schedule.withLock { $0.block(until: moment) } }

    /// Until when no call goes because a server has asked for a pause, by the clock; in the past if none has.
    public var penalty: Duration { schedule.withLock { $0.blocked } }
}

extension SharedObjects {
    /// The limiter that all who name the same key share.
    ///
    /// - Parameters:
    ///   - key: What it is called, such as the name of a service.
    ///   - make: Makes it, if nobody has asked for it before.
    /// - Returns: The limiter; its numbers are those of the first who asked.
    public func rateLimiter(_ key: String, make: () -> RateLimiter) -> RateLimiter {
        object("rate limiter \(key)", make: make)
    }
}
