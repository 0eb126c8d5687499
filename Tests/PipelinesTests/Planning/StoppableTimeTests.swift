import Pipelines
import PluginKit
import PluginTestKit
import Testing

/// What a run waits for when it is stopped.
@Suite struct StoppableTimeTests {
    @Test func `a pause ends when the run is stopped, and none begins afterwards`() async throws {
        let control = RunControl()
        let time = StoppableTime(SystemTime())
        try await RunControl.$current.withValue(control) {
            try await time.sleep(until: time.now + .milliseconds(1))
            let pauses = (1...20).map { _ in Task { try await time.sleep(until: time.now + .seconds(3600)) } }
            await Task.yield()
            control.stop()
            for pause in pauses { await #expect(throws: CancellationError.self) { try await pause.value } }
            await #expect(throws: CancellationError.self) { try await time.sleep(until: time.now + .seconds(3600)) }
            // What is over is no pause.
            try await time.sleep(until: time.now - .seconds(1))
        }
    }

    @Test func `a pause ends when its task is cancelled`() async throws {
        let time = StoppableTime(SystemTime())
        let pause = RunControl.$current.withValue(RunControl()) {
            Task { try await time.sleep(until: time.now + .seconds(3600)) }
        }
        pause.cancel()
        await #expect(throws: CancellationError.self) { try await pause.value }
    }

    @Test func `a pause on a clock that two jobs share ends with the job that waits`() async throws {
        let (first, second) = (RunControl(), RunControl())
        let manual = ManualTime(sleepers: .wait)
        let time = StoppableTime(manual)
        let pauses = [first, second].map { control in
            RunControl.$current.withValue(control) {
                Task { try await time.sleep(until: time.now + .seconds(1)) }
            }
        }
        await manual.sleepers(atLeast: 2)
        first.stop()
        await #expect(throws: CancellationError.self) { try await pauses[0].value }
        manual.advance(by: .seconds(1))
        try await pauses[1].value
    }

    @Test func `what is stopped as a whole stops its parts, and a part only itself`() {
        let whole = RunControl()
        let (first, second) = (RunControl(within: whole), RunControl(within: whole))
        let part = RunControl(within: second)
        first.stop()
        #expect([whole, first, second, part].map(\.isStopped) == [false, true, false, false])
        whole.stop()
        #expect(second.isStopped && part.isStopped)
        #expect(RunControl(within: part).isStopped)
    }

    @Test func `what is done although the run was stopped counts, and what fails for that does not`() async throws {
        struct Flaw: Error {}
        let control = RunControl()
        #expect(try await control.unlessStopped { 1 } == 1)
        await #expect(throws: Flaw.self) { try await control.unlessStopped { throw Flaw() } }
        let done = Task {
            try await control.unlessStopped {
                while !Task.isCancelled { await Task.yield() }
                return 2
            }
        }
        let other = RunControl()
        let failed = Task {
            try await other.unlessStopped {
                while !Task.isCancelled { await Task.yield() }
                throw Flaw()
            }
        }
        // Both have begun.
        try await Task.sleep(for: .milliseconds(20))
        control.stop()
        other.stop()
        let value = try? await done.value
        #expect(value == 2)
        await #expect(throws: CancellationError.self) { try await failed.value }
        await #expect(throws: CancellationError.self) { try await control.unlessStopped { 3 } }
    }
}
