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
    private let schedule: Guarded<RateSchedule>

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
        schedule = Guarded(RateSchedule(requests: requests, per: per, burst: self.burst))
    }

    /// Waits until the caller may go.
    ///
    /// - Returns: How long that took.
    /// - Throws: `CancellationError` if the task is cancelled meanwhile.
    @discardableResult
    public func turn() async throws -> Duration {
        let arrival = time.now
        let (turn, first) = schedule.withLock { schedule in
            let turn = schedule.reserve(now: arrival)
            return (turn, schedule.take(turn, now: arrival))
        }
        guard var moment = first else { return .zero }
        do {
            while true {
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

    /// Lets nobody go before a moment of the clock, whoever waits already included: for a server that asks for a pause.
    ///
    /// Those who wait keep their order and their distances; who comes later goes behind them, one by one.
    public func penalise(until moment: Duration) { schedule.withLock { $0.block(until: moment) } }
}

extension SharedObjects {
    /// The limiter that all who name the same key share.
    ///
    /// - Parameters:
    ///   - key: What it is called, such as the name of a service.
    ///   - make: Makes it, if nobody has asked for it before.
    /// - Returns: The limiter; its numbers are those of the first who asked.
    public func rateLimiter(_ key: String, _ make: () -> RateLimiter) -> RateLimiter {
        object("rate-limit \(key)", make)
    }
}
