import Diagnostics
import PluginKit
import PluginTestKit
import StandardMiddleware
import Testing

@Suite struct TimeoutTests {
    @Test(arguments: CallKind.allCases)
    func `a call that takes too long is cancelled and fails transiently`(kind: CallKind) async throws {
        let time = ManualTime(sleepers: .wait)
        let timeout = try Bench(time: time)
            .middleware(Timeout.self, options: "limit = \"5s\"\ncalls = [\"\(kind.rawValue)\"]")
        let isCancelled = Locked(false)
        #expect(Timeout.wraps.contains(kind))
        let task = Task {
            try await timeout.call(kind) {
                do {
                    try await time.sleep(until: .seconds(60))
                } catch {
                    isCancelled.withLock { $0 = true }
                    throw error
                }
            }
        }
        await time.sleepers(atLeast: 2)
        time.advance(by: .seconds(5))
        do {
            try await task.value
            Issue.record("the call has an answer")
        } catch StageFailure.transient(let diagnostic, let retryAfter) {
            #expect(diagnostic.code == "timeout.limit")
            #expect(diagnostic.message == "a call has taken longer than 5 s")
            #expect(retryAfter == nil)
        }
        #expect(isCancelled.withLock { $0 })
        #expect(timeout.figure("given up") == 1)
    }

    @Test func `a call that is soon enough has its answer`() async throws {
        let time = ManualTime(sleepers: .wait)
        let timeout = try Bench(time: time).middleware(Timeout.self, options: "limit = \"5s\"")
        let task = Task {
            try await timeout.call {
                try await time.sleep(until: .seconds(4))
                return 7
            }
        }
        await time.sleepers(atLeast: 2)
        time.advance(by: .seconds(4))
        #expect(try await task.value == 7)
        #expect(timeout.figure("calls") == 1)
        #expect(timeout.figure("given up") == 0)
    }

    @Test(arguments: [Script.Step.refuse, .fail, .busy(), .cancel])
    func `a failure passes through`(step: Script.Step) async throws {
        let timeout = try Bench(time: ManualTime(sleepers: .wait)).middleware(Timeout.self, options: "limit = \"5s\"")
        let script = Script(step)
        await #expect(throws: (any Error).self) { try await timeout.call { try script.next() } }
        #expect(timeout.figure("given up") == 0)
    }

    @Test func `stopping the run stops the call and is no failure`() async throws {
        let time = ManualTime(sleepers: .wait)
        let timeout = try Bench(time: time).middleware(Timeout.self, options: "limit = \"5s\"")
        let task = Task { try await timeout.call { try await time.sleep(until: .seconds(60)) } }
        await time.sleepers(atLeast: 2)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(timeout.figure("given up") == 0)
    }
}
