import Limits
import PluginKit
import PluginTestKit
import TestTags
import Testing

/// A limiter that listens to its server, and one that goes on where another was.
@Suite(.tags(.fuzz)) struct RateAdoptionTests {
    /// The first `count` callers who come together, and when they go, in seconds.
    private static func moments(_ limiter: RateLimiter, _ time: ManualTime, count: Int) async throws -> [Double] {
        var moments: [Double] = []
        for _ in 0..<count {
            try await limiter.turn()
            moments.append(time.now / .seconds(1))
        }
        return moments
    }

    @Test func `a server that allows less than was configured is kept to before it refuses`() async throws {
        let time = ManualTime()
        let limiter = RateLimiter(requests: 1000, per: .seconds(300), time: time)
        #expect(try await Self.moments(limiter, time, count: 1) == [0])
        limiter.adopt(limit: 500, per: .seconds(300), remaining: 499, until: .seconds(300))
        let moments = try await Self.moments(limiter, time, count: 1499)
        let all = [0] + moments
        // 500 in the first window, none of the next 500 before it is over.
        #expect(all[499] < 300)
        #expect(all[500] >= 300)
        for index in 500..<all.count { #expect(all[index] >= all[index - 500] + 300) }
    }

    @Test func `a server that allows more changes nothing`() async throws {
        let time = ManualTime()
        let limiter = RateLimiter(requests: 2, per: .seconds(10), time: time)
        limiter.adopt(limit: 500, per: .seconds(10), remaining: 500, until: .seconds(10))
        #expect(try await Self.moments(limiter, time, count: 4) == [0, 0, 10, 10])
    }

    @Test(arguments: [(remaining: 2, underway: 0, at: 2), (2, 1, 1), (0, 0, 0), (1, 5, 0)])
    func `no more go than are left`(remaining: Int, underway: Int, at: Int) async throws {
        let time = ManualTime()
        let limiter = RateLimiter(requests: 10, per: .seconds(10), time: time)
        limiter.adopt(limit: 10, per: .seconds(10), remaining: remaining, until: .seconds(40), underway: underway)
        let moments = try await Self.moments(limiter, time, count: 4)
        #expect(moments == (0..<4).map { $0 < at ? 0 : 40 })
    }

    @Test func `of two answers that overtake one another the one that leaves less holds`() async throws {
        let time = ManualTime()
        let limiter = RateLimiter(requests: 10, per: .seconds(10), time: time)
        limiter.adopt(limit: 10, per: .seconds(10), remaining: 1, until: .seconds(40))
        limiter.adopt(limit: 10, per: .seconds(10), remaining: 6, until: .seconds(40))
        #expect(try await Self.moments(limiter, time, count: 3) == [0, 40, 40])
    }

    @Test func `a waiting caller also observes what the server states`() async throws {
        let time = ManualTime(sleepers: .wait)
        let limiter = RateLimiter(requests: 1, per: .seconds(1), time: time)
        try await limiter.turn()
        let first = Task { try await limiter.turn() }
        await time.sleepers(atLeast: 1)
        let second = Task { try await limiter.turn() }
        await time.sleepers(atLeast: 2)
        limiter.adopt(limit: 1, per: .seconds(1), remaining: 1, until: .seconds(60))
        time.advance(by: .seconds(1))
        #expect(try await first.value == .seconds(1))
        time.advance(by: .seconds(1))
        await time.sleepers(atLeast: 1)
        time.advance(by: .seconds(58))
        #expect(try await second.value == .seconds(60))
    }

    /// Two limiters, one after the other, each with a clock of its own: together they keep the limit.
    @Test(arguments: UInt64(1)...40)
    func `no window over two runs has more than the limit`(seed: UInt64) async throws {
        var numbers = SeededNumbers(seed: seed)
        let requests = 1 + numbers.next(below: 20)
        let per = Duration.milliseconds(500 + numbers.next(below: 2000))
        let start: Int64 = 1_795_000_000_000
        var departures: [Int64] = []
        let clock = ManualTime(.milliseconds(numbers.next(below: 5000)))
        let begun = clock.now
        let early = RateLimiter(requests: requests, per: per, burst: 1 + numbers.next(below: requests), time: clock)
        for _ in 0..<(requests * 3) {
            clock.advance(by: .milliseconds(numbers.next(below: 60)))
            try await early.turn()
            departures.append(start + Self.milliseconds(clock.now - begun))
        }
        let wall = start + Self.milliseconds(clock.now - begun)
        let recent = early.recent(wall: wall)
        #expect(recent.count <= requests)
        // The next one begins a moment later, with another clock.
        let pause = Int64(numbers.next(below: 700))
        let next = ManualTime(.milliseconds(numbers.next(below: 100_000)))
        let again = next.now
        let late = RateLimiter(requests: requests, per: per, resuming: recent, wall: wall + pause, time: next)
        for _ in 0..<(requests * 3) {
            try await late.turn()
            departures.append(wall + pause + Self.milliseconds(next.now - again))
            next.advance(by: .milliseconds(numbers.next(below: 60)))
        }
        let crowded = departures.indices.first { index in
            // A moment that is kept is rounded by less than a millisecond.
            index >= requests && departures[index] + 1 < departures[index - requests] + Self.milliseconds(per)
        }
        #expect(crowded == nil)
    }

    @Test func `what lies in the future counts as now`() async throws {
        let time = ManualTime()
        let limiter = RateLimiter(requests: 2, per: .seconds(10), resuming: [5_000, 99_000], wall: 6_000, time: time)
        #expect(try await Self.moments(limiter, time, count: 2) == [9, 10])
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    }
}
