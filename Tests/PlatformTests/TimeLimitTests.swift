import Glibc
import PluginKit
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct TimeLimitTests {
    private static let answer = 7

    @Test(arguments: [true, false])
    func `a call that never waits has its answer immediately`(waits: Bool) async throws {
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
    }

    @Test func `a call that fails late says what was wrong`() async throws {
        let time = ManualTime(sleepers: .wait)
        let limit = TimeLimit(.seconds(5), time: time)
        let fail: @Sendable () throws -> Void = {
            time.advance(by: .seconds(6))
            throw Broken()
        }
        await #expect(throws: Broken.self) { try await limit.within(waits: false) { try fail() } }
    }

    @Test(arguments: [
        (Duration.nanoseconds(1_500_000_003), Int64(1_500_000_003)), (.seconds(-3), -3_000_000_000),
        (.seconds(Int64.max), .max), (.seconds(Int64.min), .min), (.seconds(9_223_372_036), 9_223_372_036_000_000_000),
        (.seconds(9_223_372_037), .max),
    ])
    func `a length has as many nanoseconds as fit`(length: Duration, nanoseconds: Int64) {
        #expect(length.nanoseconds == nanoseconds)
    }

    @Test func `a call that does not notice that it is cancelled is abandoned`() async throws {
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
        let hasEnded = Locked(false)
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
        let ended = Locked<[Int]>([])
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

    @Test(arguments: [true, false])
    func `a call begins on its caller's thread, and stays there as long as it waits for nothing`(waits: Bool)
        async throws
    {
        let limit = TimeLimit(.seconds(5), time: ManualTime(sleepers: .wait))
        // Its thread is no other task's, so that nobody comes back to it by chance.
        try await withTaskExecutorPreference(SeededExecutor(seed: 1)) {
            let caller = Thread.current
            let callee = try await limit.within(waits: waits) { Thread.current }
            #expect(callee == caller)
        }
    }

    @Test(arguments: [true, false])
    func `a call that never waits, and takes too long, is late`(waits: Bool) async throws {
        let time = ManualTime(sleepers: .wait)
        let limit = TimeLimit(.seconds(5), time: time)
        for length in [Duration.seconds(4), .seconds(5)] {
            let call: @Sendable () -> Int = {
                time.advance(by: length)
                return Self.answer
            }
            if length < .seconds(5) {
                #expect(try await limit.within(waits: waits) { call() } == 7)
            } else {
                await #expect(throws: TimeLimit.Exceeded.self) { try await limit.within(waits: waits) { call() } }
            }
        }
    }

    @Test func `a call may call the actor that its caller is on`() async throws {
        let limit = TimeLimit(.seconds(5), time: ManualTime(sleepers: .wait))
        #expect(try await Place().answer(within: limit) == 7)
    }

    @Test func `a call does not run on the stack of what wakes it`() async throws {
        let limit = TimeLimit(.seconds(5), time: ManualTime(sleepers: .wait))
        let gate = Gate()
        let place = Place()
        async let wasAlone = limit.within(waits: true) {
            await gate.wait()
            let here = gate.isOpening(on: Thread.current)
            let there = await place.passes(gate)
            return !here && !there
        }
        for _ in 0..<2 {
            while gate.waiters == 0 { await Task.yield() }
            gate.open(for: 1)
        }
        #expect(try await wasAlone)
    }

    @Test func `a call that waits on an actor is given up`() async throws {
        let time = ManualTime(sleepers: .wait)
        let limit = TimeLimit(.seconds(5), time: time)
        let gate = Gate()
        let place = Place()
        let call = Task { try await limit.within(waits: false) { await place.passes(gate) } }
        await time.sleepers(atLeast: 1)
        time.advance(by: .seconds(5))
        await #expect(throws: TimeLimit.Exceeded.self) { try await call.value }
        gate.open()
    }

    @Test func `a call has the task-local values of its caller, who has none of its own`() async throws {
        let limit = TimeLimit(.seconds(5), time: ManualTime(sleepers: .wait))
        try await Self.$number.withValue(3) {
            let inner = try await limit.within(waits: false) {
                await Self.$number.withValue(Self.number + 1) {
                    await Task.yield()
                    return Self.number
                }
            }
            #expect(inner == 4)
            #expect(Self.number == 3)
        }
    }

    @TaskLocal private static var number = 0

    @Test func `what a call has begun is cancelled with it`() async throws {
        let time = ManualTime(sleepers: .wait)
        let limit = TimeLimit(.seconds(5), time: time)
        let call = Task {
            try await limit.within(waits: true) {
                async let child = Self.isCancelled()
                return await child
            }
        }
        await time.sleepers(atLeast: 1)
        time.advance(by: .seconds(5))
        await #expect(throws: TimeLimit.Exceeded.self) { try await call.value }
    }

    /// Waits until its task is cancelled.
    private static func isCancelled() async -> Bool {
        while !Task.isCancelled { await Task.yield() }
        return true
    }

    @Test(arguments: [true, false])
    func `limits lie inside of each other`(yields: Bool) async throws {
        let limit = TimeLimit(.seconds(5), time: ManualTime(sleepers: .wait))
        #expect(try await Self.depth(100, within: limit, yields: yields) == 100)
    }

    private static func depth(_ depth: Int, within limit: TimeLimit, yields: Bool) async throws -> Int {
        guard depth > 0 else {
            if yields { await Task.yield() }
            return 0
        }
        return try await limit.within(waits: true) {
            try await Self.depth(depth - 1, within: limit, yields: yields) + 1
        }
    }

    @Test func `a caller that is stopped already makes no call`() async throws {
        let limit = TimeLimit(.seconds(5), time: ManualTime(sleepers: .wait))
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await limit.within(waits: false) { Self.answer }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

/// A thread of the system.
private struct Thread: Equatable, Sendable {
    let number: pthread_t

    static var current: Thread { Thread(number: pthread_self()) }
}

private actor Place {
    private var answer: Int { 7 }

    func answer(within limit: TimeLimit) async throws -> Int {
        try await limit.within(waits: true) { await self.answer }
    }

    /// Waits until the gate is opened.
    ///
    /// - Returns: Whether it goes on while its thread is opening the gate.
    func passes(_ gate: Gate) async -> Bool {
        await gate.wait()
        return gate.isOpening(on: Thread.current)
    }
}

/// Somebody who waits until the gate is opened, cancelled or not.
private final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrivals = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
        var opener: Thread?
    }

    private let state = Locked(State())

    var isOpen: Bool { state.withLock { $0.isOpen } }
    var arrivals: Int { state.withLock { $0.arrivals } }
    var waiters: Int { state.withLock { $0.waiters.count } }

    func isOpening(on thread: Thread) -> Bool { state.withLock { $0.opener == thread } }

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
    /// Lets as many pass that wait.
    func open(for count: Int) {
        let waiters = state.withLock { state in
            state.opener = Thread.current
            let waiters = Array(state.waiters.prefix(count))
            state.waiters.removeFirst(waiters.count)
            return waiters
        }
        for waiter in waiters { waiter.resume() }
        state.withLock { $0.opener = nil }
    }
}
