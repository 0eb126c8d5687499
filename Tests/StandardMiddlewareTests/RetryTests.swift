import Diagnostics
import PluginKit
import PluginTestKit
import StandardMiddleware
import Testing

@Suite struct RetryTests {
    @Test(arguments: CallKind.allCases)
    func `a call of any kind that failed transiently is made again`(kind: CallKind) async throws {
        let retry = try Bench().middleware(Retry.self, options: "calls = [\"\(kind.rawValue)\"]")
        let script = Script(.busy(), .busy(), .answer(7))
        #expect(Retry.wraps.contains(kind))
        #expect(try await retry.call(kind) { try script.next() } == 7)
        #expect(script.attempts == 3)
        #expect(retry.figure("repeated") == 2)
    }

    @Test(arguments: [Script.Step.refuse, .fail, .cancel])
    func `any other failure passes through at the first attempt`(step: Script.Step) async throws {
        let retry = try Bench().middleware(Retry.self)
        let script = Script(step, .answer(1))
        await #expect(throws: (any Error).self) { try await retry.call { try script.next() } }
        #expect(script.attempts == 1)
    }

    struct Pauses: Sendable, CustomTestStringConvertible {
        let draws: Double
        let options: String
        /// When each attempt is made, in milliseconds.
        let moments: [Int]
        var testDescription: String { "\(draws) of \(options)" }
    }

    @Test(arguments: [
        Pauses(draws: 0, options: "", moments: [0, 0, 0, 0, 0]),
        // 500 + 1000 + 2000 + 4000
        Pauses(draws: 1, options: "", moments: [0, 500, 1500, 3500, 7500]),
        Pauses(draws: 0.5, options: "delay = \"1s\"", moments: [0, 500, 1500, 3500, 7500]),
        Pauses(draws: 1, options: "delay = \"1s\"\nmax_delay = \"1500ms\"", moments: [0, 1000, 2500, 4000, 5500]),
        Pauses(draws: 1, options: "attempts = 2", moments: [0, 500]),
        Pauses(draws: 1, options: "attempts = 1", moments: [0]),
        // The fourth attempt would begin at 3.5 s.
        Pauses(draws: 1, options: "elapsed = \"3s\"", moments: [0, 500, 1500]),
    ])
    func `pauses are drawn below a ceiling that doubles`(pauses: Pauses) async throws {
        let time = ManualTime()
        let retry = try Bench(time: time, random: Constant(value: pauses.draws)).middleware(
            Retry.self,
            options: pauses.options
        )
        let moments = Locked<[Int]>([])
        await #expect(throws: StageFailure.self) {
            try await retry.call {
                moments.withLock { $0.append(time.now.milliseconds) }
                _ = try Script(.busy()).next()
            }
        }
        #expect(moments.withLock { $0 } == pauses.moments)
    }

    @Test func `what the other side asks for is waited at least`() async throws {
        let time = ManualTime()
        let retry = try Bench(time: time, random: Constant(value: 0.5)).middleware(Retry.self)
        let script = Script(.busy(retryAfter: .seconds(40)), .answer(1))
        _ = try await retry.call { try script.next() }
        #expect(time.now == .milliseconds(40_250))
        #expect(retry.figure("time waited") == 40.25)
        #expect(retry.delaySeconds == ["pause": 40, "retry": 0.25])
    }

    struct End: Sendable, CustomTestStringConvertible {
        let options: String
        var retryAfter: Duration?
        let message: String
        var testDescription: String { message }
    }

    @Test(arguments: [
        End(
            options: "attempts = 3",
            message: "the server is busy; tried 3 times in 1.5 s, and 'attempts' allows no more"
        ),
        End(options: "attempts = 1", message: "the server is busy; tried once, and 'attempts' allows no more"),
        End(
            options: "elapsed = \"3s\"",
            message: "the server is busy; tried 3 times in 1.5 s, and 'elapsed' allows 3 s in all"
        ),
        End(
            options: "",
            retryAfter: .seconds(3600),
            message:
                "the server is busy; tried once; the server asks for a pause of 60 min, and 'elapsed' allows 5 min in all"
        ),
    ])
    func `when it gives up, the failure says how often it was tried`(end: End) async throws {
        let time = ManualTime()
        let retry = try Bench(time: time, random: Constant(value: 1)).middleware(Retry.self, options: end.options)
        let script = Script(.busy(retryAfter: end.retryAfter))
        do {
            _ = try await retry.call { try script.next() }
            Issue.record("the call has an answer")
        } catch StageFailure.transient(let diagnostic, let retryAfter) {
            #expect(diagnostic.message == end.message)
            #expect(diagnostic.code == "test.busy")
            #expect(retryAfter == end.retryAfter)
        }
        #expect(retry.figure("given up") == 1)
        #expect(time.now < .seconds(4))
    }

    @Test(arguments: [299.9, 300])
    func `what is asked for and allowed is waited for, whatever pause is drawn after it`(seconds: Double) async throws {
        let time = ManualTime()
        let retry = try Bench(time: time, random: Constant(value: 1)).middleware(Retry.self)
        let script = Script(.busy(retryAfter: .seconds(seconds)), .answer(1))
        #expect(try await retry.call { try script.next() } == 1)
        #expect(time.now == .seconds(300))
    }

    @Test(arguments: [
        (301, "run it again in 5 min; it continues where it was; or allow the wait: elapsed = \"6m\" in the layer"),
        (7200, "run it again in 2 h; it continues where it was; or allow the wait: elapsed = \"121m\" in the layer"),
        (90_000, "run it again in 25 h; it continues where it was"),
        (3_153_600_000, "run it again in 100 years; it continues where it was"),
    ])
    func `what is asked for and not allowed ends the call with what to do`(seconds: Int, hint: String) async throws {
        let time = ManualTime()
        let retry = try Bench(time: time).middleware(Retry.self)
        let script = Script(.busy(retryAfter: .seconds(seconds)))
        await #expect {
            try await retry.call { _ = try script.next() }
        } throws: { error in
            (error as? StageFailure)?.diagnostic.hint == hint
        }
        #expect(time.now == .zero)
    }

    @Test func `what it waits for can be seen meanwhile`() async throws {
        let time = ManualTime(sleepers: .wait)
        let bench = Bench(time: time, random: Constant(value: 0))
        let retry = try bench.middleware(Retry.self)
        let script = Script(.busy(retryAfter: .seconds(40)))
        let task = Task { try await retry.call { try script.next() } }
        await time.sleepers(atLeast: 1)
        #expect(bench.context.waits.longest?.reason == "the server is busy")
        #expect(bench.context.waits.longest?.end == .seconds(40))
        task.cancel()
        _ = try? await task.value
        #expect(bench.context.waits.longest == nil)
    }

    @Test func `a stage says once that it repeats`() async throws {
        let log = StageLog()
        let retry = try Bench(log: log).middleware(Retry.self)
        for _ in 1...3 {
            let script = Script(.busy(), .busy(), .answer(1))
            _ = try await retry.call { try script.next() }
        }
        #expect(log.all.map(\.code) == ["retry.repeats"])
        #expect(log.all.map(\.severity) == [.note])
        #expect(log.all.first?.message == "calls are repeated, the first time because the server is busy")
    }

    @Test func `a pause ends when the run is stopped`() async throws {
        let time = ManualTime(sleepers: .wait)
        let retry = try Bench(time: time, random: Constant(value: 1)).middleware(Retry.self)
        let script = Script(.busy(retryAfter: .seconds(40)))
        let task = Task { try await retry.call { try script.next() } }
        await time.sleepers(atLeast: 1)
        time.advance(by: .seconds(7))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(script.attempts == 1)
        #expect(retry.figure("time waited") == 7)
        #expect(retry.figure("server pauses") == 7)
    }
}
