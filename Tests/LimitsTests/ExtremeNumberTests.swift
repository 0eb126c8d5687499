import Limits
import PluginKit
import PluginTestKit
import Testing

/// Arithmetic on numbers from outside: what does not fit is the end of the range, and nothing traps.
@Suite struct ExtremeNumberTests {
    @Test(arguments: Extremes.integers)
    func `a sum, a difference and a product that do not fit are the end of the range`(left: Int64) {
        for right in Extremes.integers {
            let (exactLeft, exactRight) = (Double(left), Double(right))
            for (result, overflow, exact) in [
                (left.adding(clamped: right), left.addingReportingOverflow(right), exactLeft + exactRight),
                (left.subtracting(clamped: right), left.subtractingReportingOverflow(right), exactLeft - exactRight),
                (left.multiplied(clamped: right), left.multipliedReportingOverflow(by: right), exactLeft * exactRight),
            ] {
                #expect(result == (overflow.overflow ? (exact < 0 ? .min : .max) : overflow.partialValue))
            }
        }
    }

    @Test(arguments: [
        (0.9, 0), (-0.9, 0), (1e15, 1_000_000_000_000_000), (0x1p63, .max), (-0x1p63, .min), (-1e300, .min),
        (.infinity, .max), (-.infinity, .min), (.nan, 0), (.leastNonzeroMagnitude, 0),
    ])
    func `a real number that is no whole one becomes the nearest`(number: Double, whole: Int) {
        #expect(Int(clamping: number) == whole)
    }

    @Test(arguments: Extremes.reals)
    func `a length of time can be made of any number of seconds`(seconds: Double) {
        let length = Duration(clampingSeconds: seconds)
        if abs(seconds) < 1e18 { #expect(abs(length.seconds - seconds) < 1e-17) }
        if seconds > 1e18 { #expect(length >= .seconds(Int64.max / 2)) }
    }

    @Test(arguments: Extremes.integers)
    func `a length of time in whole units is exact, or as much as can be said`(seconds: Int64) {
        let length = Duration.seconds(seconds)
        #expect(length.wholeSeconds == seconds)
        #expect(length.milliseconds == seconds.multiplied(clamped: 1000))
        #expect(length.microseconds == seconds.multiplied(clamped: 1_000_000))
        #expect(length.nanoseconds == seconds.multiplied(clamped: 1_000_000_000))
        // Twice as much is more than the parts of a duration can hold.
        let twice = length + length
        #expect(twice.wholeSeconds == seconds.adding(clamped: seconds))
        #expect(twice.seconds.isFinite)
        #expect((twice.nanoseconds < 0) == (seconds < 0))
    }

    @Test(arguments: Extremes.integers)
    func `amounts that are stored can be added up`(number: Int64) {
        var writer = StateWriter()
        writer.write(number)
        var reader = StateReader(writer.bytes)
        let amount = try? reader.readAmount()
        #expect(amount.map(Int64.init) == (number.magnitude <= 1 << 53 ? number : nil))
    }

    @Test(arguments: [Duration.seconds(Int64.max), .seconds(Int64.max) + .seconds(Int64.max), .seconds(1 << 40)])
    func `a moment that the clock cannot show is waited for, and not reached`(length: Duration) async throws {
        let time = SystemTime()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await time.sleep(until: time.now + length)
                    return true
                } catch {
                    return false
                }
            }
            group.cancelAll()
            #expect(await group.next() == false)
        }
    }

    @Test(arguments: Extremes.integers)
    func `a limit takes whatever the other side says of it`(number: Int64) async throws {
        let time = ManualTime()
        let limiter = RateLimiter(requests: 3, per: .seconds(10), burst: 2, time: time)
        for other in Extremes.integers {
            limiter.adopt(
                limit: Int(number),
                per: .seconds(other),
                remaining: Int(other),
                until: .seconds(2),
                underway: Int(number)
            )
        }
        limiter.penalise(until: .seconds(3))
        _ = limiter.recent(wall: number)
        limiter.penalise(until: .seconds(number) + .seconds(Int64.max))
        _ = limiter.recent(wall: number)
        _ = RateLimiter(requests: 3, per: .seconds(10), resuming: Extremes.integers, wall: number, time: time).recent(
            wall: 0
        )
    }

    @Test(arguments: Extremes.integers)
    func `what was kept of a limit may hold any numbers`(number: Int64) async throws {
        for place in 0..<6 {
            var writer = StateWriter()
            for index in 0..<8 { writer.write(index == place ? number : Int64(1 + index)) }
            let time = ManualTime()
            let limiter = RateLimiter(requests: 5, per: .seconds(10), time: time)
            let kept = InMemoryValues()
            try await kept.keep(writer.bytes, as: "limit")
            let clock = WallClock(time, showing: 1000)
            let moments = RateLimitLog(limiter, in: kept, as: "limit", log: StageLog(), clock: clock)
            if !moments.begins() { await moments.book() }
            await moments.finish()
            #expect(try await kept.value(of: "limit") != writer.bytes)
        }
    }
}
