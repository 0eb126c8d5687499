import Engine
import PluginKit
import TestTags
import Testing

/// What a run waits for when it is stopped.
@Suite(.tags(.waits)) struct StoppableTimeTests {
    @Test func `a pause ends when the run is stopped, and none begins afterwards`() async throws {
        let control = RunControl()
        let time = StoppableTime(SystemTime(), until: control)
        try await time.sleep(until: time.now + .milliseconds(1))
        let pauses = (1...20).map { _ in Task { try await time.sleep(until: time.now + .seconds(3600)) } }
        await Task.yield()
        control.stop()
        for pause in pauses { await #expect(throws: CancellationError.self) { try await pause.value } }
        await #expect(throws: CancellationError.self) { try await time.sleep(until: time.now + .seconds(3600)) }
        // What is over is no pause.
        try await time.sleep(until: time.now - .seconds(1))
    }

    @Test func `a pause ends when its task is cancelled`() async throws {
        let time = StoppableTime(SystemTime(), until: RunControl())
        let pause = Task { try await time.sleep(until: time.now + .seconds(3600)) }
        pause.cancel()
        await #expect(throws: CancellationError.self) { try await pause.value }
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
