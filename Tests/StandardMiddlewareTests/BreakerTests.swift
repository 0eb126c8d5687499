import Diagnostics
import PluginKit
import PluginTestKit
import StandardMiddleware
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct BreakerTests {
    private static let options = "failures = 3\npause = \"30s\""

    private static func fail(_ breaker: Breaker, times: Int) async {
        let script = Script(.busy())
        for _ in 0..<times { _ = try? await breaker.call { try script.next() } }
    }

    @Test(arguments: CallKind.allCases)
    func `after a number of failures in a row calls fail immediately, if they are not to wait`(kind: CallKind)
        async throws
    {
        let time = ManualTime()
        let log = StageLog()
        let breaker = try Bench(log: log, time: time)
            .middleware(
                Breaker.self,
                options: Self.options + "\nwaits = false\ncalls = [\"page\", \"\(kind.rawValue)\"]"
            )
        #expect(Breaker.wraps.contains(kind))
        await Self.fail(breaker, times: 3)
        try await time.sleep(until: .seconds(10))
        let script = Script(.answer(1))
        do {
            _ = try await breaker.call(kind) { try script.next() }
            Issue.record("the call has an answer")
        } catch StageFailure.blocked(let diagnostic, let retryAfter) {
            #expect(diagnostic.code == "breaker.open")
            #expect(diagnostic.message == "no call is made for another 20 s, since too many calls in a row have failed")
            #expect(retryAfter == .seconds(20))
        }
        #expect(script.attempts == 0)
        #expect(breaker.figure("opened") == 1)
        #expect(breaker.figure("failed immediately") == 1)
        #expect(log.all.map(\.code) == ["breaker.opens"])
    }

    @Test func `an answer restarts the count, and so does a failure that is final`() async throws {
        let breaker = try Bench().middleware(Breaker.self, options: Self.options)
        for step in [Script.Step.answer(1), .fail, .refuse] {
            await Self.fail(breaker, times: 2)
            let script = Script(step)
            _ = try? await breaker.call { try script.next() }
        }
        #expect(breaker.figure("opened") == 0)
    }

    @Test func `a call that was stopped says nothing`() async throws {
        let breaker = try Bench().middleware(Breaker.self, options: Self.options)
        let stopped = Script(.cancel)
        await Self.fail(breaker, times: 2)
        await #expect(throws: CancellationError.self) { try await breaker.call { try stopped.next() } }
        await Self.fail(breaker, times: 1)
        #expect(breaker.figure("opened") == 1)
    }

    @Test func `calls wait until the pause is over, and one goes first`() async throws {
        let time = ManualTime(sleepers: .wait)
        let breaker = try Bench(time: time).middleware(Breaker.self, options: Self.options)
        await Self.fail(breaker, times: 3)
        let made = Locked(0)
        let trialEnds = Duration.seconds(40)
        try await withThrowingTaskGroup { group in
            for _ in 0..<5 {
                group.addTask {
                    try await breaker.call {
                        let isTrial = made.withLock { made in
                            made += 1
                            return made == 1
                        }
                        if isTrial { try await time.sleep(until: trialEnds) }
                    }
                }
            }
            await time.sleepers(atLeast: 5)
            time.advance(by: .seconds(30))
            await time.sleepers(atLeast: 1)
            #expect(made.withLock { $0 } == 1)
            time.advance(by: .seconds(10))
            try await group.waitForAll()
        }
        #expect(made.withLock { $0 } == 5)
        #expect(breaker.figure("delayed") == 5)
    }

    @Test func `if the one that goes first fails, the pause starts over`() async throws {
        let time = ManualTime()
        let breaker = try Bench(time: time).middleware(Breaker.self, options: Self.options)
        await Self.fail(breaker, times: 4)
        #expect(time.now == .seconds(30))
        try await breaker.call {}
        #expect(time.now == .seconds(60))
        #expect(breaker.figure("opened") == 2)
        #expect(breaker.figure("time waited") == 60)
        #expect(breaker.delaySeconds == ["breaker": 60])
    }

    @Test func `if the one that goes first is stopped, the next one goes`() async throws {
        let time = ManualTime()
        let breaker = try Bench(time: time).middleware(Breaker.self, options: Self.options)
        await Self.fail(breaker, times: 3)
        let stopped = Script(.cancel)
        await #expect(throws: CancellationError.self) { try await breaker.call { try stopped.next() } }
        try await breaker.call {}
        #expect(time.now == .seconds(30))
    }

    @Test func `one that waits can be stopped`() async throws {
        let time = ManualTime(sleepers: .wait)
        let breaker = try Bench(time: time).middleware(Breaker.self, options: Self.options)
        await Self.fail(breaker, times: 3)
        let task = Task { try await breaker.call {} }
        await time.sleepers(atLeast: 1)
        time.advance(by: .seconds(7))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(breaker.figure("time waited") == 7)
    }

    @Test func `stages with the same layer share what they know`() async throws {
        let bench = Bench(layer: "outage")
        let one = try bench.middleware(Breaker.self, options: Self.options + "\nwaits = false")
        let other = try bench.middleware(Breaker.self, options: Self.options + "\nwaits = false")
        await Self.fail(one, times: 3)
        await #expect(throws: StageFailure.self) { try await other.call {} }
    }

    @Test func `a call inside of another is part of it`() async throws {
        let time = ManualTime()
        let breaker = try Bench(time: time)
            .middleware(Breaker.self, options: Self.options + "\ncalls = [\"page\", \"exchange\"]")
        await Self.fail(breaker, times: 3)
        #expect(try await breaker.call { try await breaker.call(.exchange) { 7 } } == 7)
        #expect(time.now == .seconds(30))
    }

    /// Whatever ends how, in whichever order tasks run, all calls come through in the end.
    @Test(arguments: UInt64(1)...20)
    func `no caller waits for ever`(seed: UInt64) async throws {
        let breaker = try Bench().middleware(Breaker.self, options: "failures = 2\npause = \"1s\"")
        let made = Locked(0)
        await withTaskExecutorPreference(SeededExecutor(seed: seed)) {
            await withTaskGroup { group in
                for number in 0..<40 {
                    group.addTask {
                        let task = Task {
                            try await breaker.call {
                                made.withLock { $0 += 1 }
                                await Task.yield()
                                if number % 3 == 0 { _ = try Script(.busy()).next() }
                            }
                        }
                        await Task.yield()
                        if number % 5 == 0 { task.cancel() }
                        _ = await task.result
                    }
                }
            }
        }
        #expect(made.withLock { $0 } >= 32)
    }
}
