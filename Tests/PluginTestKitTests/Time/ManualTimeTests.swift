import PluginKit
import PluginTestKit
import Testing

@Suite struct ManualTimeTests {
    @Test func `a clock that jumps lets nobody wait`() async throws {
        let time = ManualTime(.seconds(5))
        try await time.sleep(until: .seconds(9))
        #expect(time.now == .seconds(9))
        try await time.sleep(until: .seconds(1))
        #expect(time.now == .seconds(9))
        time.advance(by: .seconds(1))
        #expect(time.now == .seconds(10))
    }

    @Test func `sleepers wake when the clock passes their deadlines, and not before`() async throws {
        let time = ManualTime(sleepers: .wait)
        let woken = Woken()
        try await withThrowingTaskGroup { group in
            for seconds in [3, 1, 2] {
                group.addTask {
                    try await time.sleep(until: .seconds(seconds))
                    woken.append(seconds)
                }
            }
            await time.sleepers(atLeast: 3)
            time.advance(by: .milliseconds(999))
            #expect(woken.all == [])
            time.advance(by: .milliseconds(1))
            try await group.next()
            #expect(woken.all == [1])
            time.advance(by: .seconds(5))
            try await group.waitForAll()
        }
        #expect(woken.all.sorted() == [1, 2, 3])
        #expect(time.now == .seconds(6))
        // What has passed is not waited for.
        try await time.sleep(until: .seconds(6))
    }

    @Test(arguments: [ManualTime.Sleepers.jump, .wait])
    func `a caller that is cancelled before sleeping does not sleep`(sleepers: ManualTime.Sleepers) async {
        let time = ManualTime(sleepers: sleepers)
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask {
                await #expect(throws: CancellationError.self) { try await time.sleep(until: .seconds(1)) }
            }
        }
        #expect(time.now == .zero)
    }

    @Test func `a cancellation wakes the sleeper, and nobody else`() async throws {
        let time = ManualTime(sleepers: .wait)
        try await withThrowingTaskGroup { group in
            group.addTask { try await time.sleep(until: .seconds(1)) }
            await time.sleepers(atLeast: 1)
            await withTaskGroup(of: Void.self) { inner in
                inner.addTask {
                    await #expect(throws: CancellationError.self) { try await time.sleep(until: .seconds(1)) }
                }
                await time.sleepers(atLeast: 2)
                inner.cancelAll()
            }
            time.advance(by: .seconds(1))
            try await group.waitForAll()
        }
    }

    private final class Woken: Sendable {
        private let entries = Locked<[Int]>([])
        var all: [Int] { entries.withLock { $0 } }
        func append(_ entry: Int) { entries.withLock { $0.append(entry) } }
    }
}
