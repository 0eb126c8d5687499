import PluginKit
import PluginTestKit
import Testing

@Suite struct TimeLimitTests {
    private static let answer = 7

    @Test(arguments: [true, false])
    func `a call that never waits has its answer at once`(waits: Bool) async throws {
        let time = ManualTime(sleepers: .wait)
        let limit = TimeLimit(.seconds(5), time: time)
        #expect(try await limit.within(waits: waits) { Self.answer } == 7)
        await #expect(throws: Broken.self) { try await limit.within(waits: waits) { throw Broken() } }
    }

    private struct Broken: Error {}

    @Test(arguments: [Duration.seconds(Int64.max), .seconds(Int64.max / 1_000_000_000), .seconds(10_000_000_000)])
    func `a limit of ages is none`(length: Duration) async throws {
        let limit = TimeLimit(length, time: ManualTime(.seconds(86_400), sleepers: .wait))
        #expect(try await limit.within(waits: false) { Self.answer } == 7)
        #expect(try await limit.judging { Self.answer } == 7)
    }

    @Test func `a call that fails late says what was wrong`() async throws {
        let time = ManualTime(sleepers: .wait)
        let limit = TimeLimit(.seconds(5), time: time)
        let fail: @Sendable () throws -> Void = {
            time.advance(by: .seconds(6))
            throw Broken()
        }
        await #expect(throws: Broken.self) { try await limit.within(waits: false) { try fail() } }
        await #expect(throws: Broken.self) { try await limit.judging { try fail() } }
    }

    @Test(arguments: [
        (Duration.nanoseconds(1_500_000_003), Int64(1_500_000_003)), (.seconds(-3), -3_000_000_000),
        (.seconds(Int64.max), .max), (.seconds(Int64.min), .min), (.seconds(9_223_372_036), 9_223_372_036_000_000_000),
        (.seconds(9_223_372_037), .max),
    ])
    func `a length has as many nanoseconds as fit`(length: Duration, nanoseconds: Int64) {
        #expect(length.nanoseconds == nanoseconds)
    }

    @Test func `a call that does not notice that it is cancelled is left behind`() async throws {
        let time = ManualTime(sleepers: .wait)
        let limit = TimeLimit(.seconds(5), time: time)
        let gate = Gate()
        let call = Task { try await limit.within(waits: false) { await gate.wait() } }
        await time.sleepers(atLeast: 1)
        time.advance(by: .seconds(5))
        await #expect(throws: TimeLimit.Exceeded.self) { try await call.value }
        #expect(!gate.isOpen)
        gate.open()
    }

    @Test func `one that must not overlap with the next is waited for`() async throws {
        let time = ManualTime(sleepers: .wait)
        let limit = TimeLimit(.seconds(5), time: time)
        let gate = Gate()
        let hasEnded = Guarded(false)
        let call = Task {
            defer { hasEnded.withLock { $0 = true } }
            try await limit.within(waits: true) { await gate.wait() }
        }
        await time.sleepers(atLeast: 1)
        time.advance(by: .seconds(5))
        for _ in 0..<50 { await Task.yield() }
        #expect(!hasEnded.withLock { $0 })
        gate.open()
        await #expect(throws: TimeLimit.Exceeded.self) { try await call.value }
    }

    @Test func `one sleeper gives up many calls, each at its time`() async throws {
        let time = ManualTime(sleepers: .wait)
        let limit = TimeLimit(.seconds(5), time: time)
        let ended = Guarded<[Int]>([])
        await withTaskGroup { group in
            let gate = Gate()
            for number in 0..<4 {
                group.addTask {
                    do {
                        try await limit.within(waits: false) {
                            gate.arrive()
                            await gate.wait()
                        }
                    } catch {
                        ended.withLock { $0.append(number) }
                    }
                }
                while gate.arrivals <= number { await Task.yield() }
                await time.sleepers(atLeast: 1)
                for _ in 0..<20 { await Task.yield() }
                time.advance(by: .seconds(1))
            }
            // The first was begun at 0, the second at 1 s, and now it is 4 s.
            for number in 0..<4 {
                await time.sleepers(atLeast: 1)
                time.advance(by: .seconds(1))
                while ended.withLock({ $0.count }) <= number { await Task.yield() }
            }
            gate.open()
        }
        #expect(ended.withLock { $0 } == [0, 1, 2, 3])
    }

    @Test func `who is stopped already makes no call`() async throws {
        let limit = TimeLimit(.seconds(5), time: ManualTime(sleepers: .wait))
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await limit.within(waits: false) { Self.answer }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

/// Somebody who waits until the gate is opened, cancelled or not.
private final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrivals = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Guarded(State())

    var isOpen: Bool { state.withLock { $0.isOpen } }
    var arrivals: Int { state.withLock { $0.arrivals } }

    func arrive() { state.withLock { $0.arrivals += 1 } }

    func wait() async {
        await withCheckedContinuation { waiter in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(waiter) }
                return state.isOpen
            }
            if isOpen { waiter.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            let waiters = state.waiters
            state.waiters = []
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
