import Limits
import PluginKit
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct RateScheduleTests {
    struct Limit: Sendable, CustomTestStringConvertible {
        let requests: Int
        let burst: Int
        var testDescription: String { "\(requests), \(burst) at once" }
    }

    private static let per = Duration.milliseconds(1000)

    /// A window, moved along, never has too many: with callers who come when they like, oversleep, give up, and servers
    /// that ask for pauses.
    @Test(
        arguments: [
            Limit(requests: 1, burst: 1), Limit(requests: 3, burst: 3), Limit(requests: 7, burst: 1),
            Limit(requests: 10, burst: 4), Limit(requests: 50, burst: 50),
        ],
        UInt64(1)...20
    )
    func `no window of time ever has more than the limit`(limit: Limit, seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var schedule = RateSchedule(requests: limit.requests, per: Self.per, burst: limit.burst)
        var now = Duration.zero
        /// When each waiting caller wakes, by its turn.
        var asleep: [Int: Duration] = [:]
        var departures: [Duration] = []
        for _ in 0..<600 {
            now += .milliseconds(numbers.next(below: 10) == 0 ? numbers.next(below: 2000) : numbers.next(below: 30))
            switch numbers.next(below: 100) {
            case 0: schedule.block(until: now + .milliseconds(numbers.next(below: 1500)))
            case 1..<10:
                if let number = asleep.keys.sorted().randomElement(using: &numbers) {
                    asleep[number] = nil
                    schedule.giveBack(number)
                }
            case 10..<60 where asleep.count < 40:
                let number = schedule.reserve(now: now)
                asleep[number] = schedule.take(number, now: now)
                if asleep[number] == nil { departures.append(now) }
            default: break
            }
            // Whoever is awake asks again; some oversleep.
            for (number, moment) in asleep.sorted(by: { $0.key < $1.key }) where moment <= now {
                if numbers.next(below: 3) == 0 { continue }
                asleep[number] = schedule.take(number, now: now)
                if asleep[number] == nil { departures.append(now) }
            }
        }
        #expect(departures.count > limit.requests * 2)
        let crowded = departures.indices.first { index in
            index >= limit.requests && departures[index] < departures[index - limit.requests] + Self.per
        }
        #expect(crowded == nil)
    }

    @Test(arguments: [
        (burst: 4, moments: [0, 0, 0, 0, 1000, 1000, 1000, 1000, 2000]),
        (burst: 1, moments: [0, 250, 500, 750, 1000, 1250, 1500, 1750, 2000]),
        (burst: 2, moments: [0, 0, 250, 500, 1000, 1000, 1250, 1500, 2000]),
    ])
    func `callers that arrive together get their slots in order`(burst: Int, moments: [Int]) {
        var schedule = RateSchedule(requests: 4, per: Self.per, burst: burst)
        let given = moments.indices.map { _ in
            let number = schedule.reserve(now: .zero)
            return schedule.take(number, now: .zero) ?? .zero
        }
        #expect(given == moments.map { .milliseconds($0) })
    }

    @Test func `a limit that is used all the time is used in full`() {
        var schedule = RateSchedule(requests: 100, per: Self.per, burst: 5)
        var last = Duration.zero
        for _ in 0..<10_000 {
            let number = schedule.reserve(now: last)
            if let moment = schedule.take(number, now: last) {
                last = moment
                #expect(schedule.take(number, now: last) == nil)
            }
        }
        // The first five go at once.
        #expect(last > .seconds(99) && last <= .seconds(100))
    }
}

@Suite struct RateLimiterTests {
    @Test func `callers wait until their moment, in their order`() async throws {
        let time = ManualTime(sleepers: .wait)
        let limiter = RateLimiter(requests: 1, per: .seconds(1), time: time)
        let order = Locked<[Int]>([])
        try await withThrowingTaskGroup { group in
            for caller in 0..<4 {
                group.addTask {
                    let waited = try await limiter.turn()
                    #expect(waited == .seconds(caller))
                    order.withLock { $0.append(caller) }
                }
                if caller > 0 { await time.sleepers(atLeast: caller) } else { try await group.next() }
            }
            for _ in 1..<4 {
                time.advance(by: .seconds(1))
                try await group.next()
            }
        }
        #expect(order.withLock { $0 } == [0, 1, 2, 3])
    }

    @Test func `a cancelled caller leaves its slot to the next`() async throws {
        let time = ManualTime(sleepers: .wait)
        let limiter = RateLimiter(requests: 1, per: .seconds(1), time: time)
        #expect(try await limiter.turn() == .zero)
        let early = Task { try await limiter.turn() }
        await time.sleepers(atLeast: 1)
        early.cancel()
        await #expect(throws: CancellationError.self) { try await early.value }
        let late = Task { try await limiter.turn() }
        await time.sleepers(atLeast: 1)
        time.advance(by: .seconds(1))
        #expect(try await late.value == .seconds(1))
    }

    @Test func `a pause that a server asks for holds for all`() async throws {
        let time = ManualTime(sleepers: .wait)
        let limiter = RateLimiter(requests: 10, per: .seconds(1), burst: 1, time: time)
        #expect(try await limiter.turn() == .zero)
        let waiting = Task { try await limiter.turn() }
        await time.sleepers(atLeast: 1)
        limiter.penalise(until: .seconds(30))
        time.advance(by: .milliseconds(100))
        await time.sleepers(atLeast: 1)
        let later = Task { try await limiter.turn() }
        await time.sleepers(atLeast: 2)
        time.advance(by: .milliseconds(29_900))
        #expect(try await waiting.value == .seconds(30))
        time.advance(by: .milliseconds(100))
        #expect(try await later.value == .milliseconds(29_900) + .milliseconds(100))
    }

    @Test(arguments: [(burst: nil, atOnce: 99), (burst: 10, atOnce: 1)] as [(burst: Int?, atOnce: Int)])
    func `after a pause what the window has left goes immediately, unless the limit is to be even`(
        burst: Int?,
        atOnce: Int
    ) async throws {
        let time = ManualTime()
        let limiter = RateLimiter(requests: 100, per: .seconds(300), burst: burst, time: time)
        #expect(limiter.passesImmediately())
        limiter.penalise(until: .seconds(30))
        #expect(!limiter.passesImmediately())
        time.advance(by: .seconds(30))
        var gone = 0
        while gone < 200, limiter.passesImmediately() { gone += 1 }
        #expect(gone == atOnce)
    }

    @Test func `a caller that names the same key shares the limit`() {
        let shared = SharedObjects()
        let make = { RateLimiter(requests: 1, per: .seconds(1), time: ManualTime()) }
        #expect(shared.rateLimiter("a", make: make) === shared.rateLimiter("a", make: make))
        #expect(shared.rateLimiter("a", make: make) !== shared.rateLimiter("b", make: make))
    }
}
