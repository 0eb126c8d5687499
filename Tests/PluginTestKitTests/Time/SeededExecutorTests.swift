import PluginKit
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct SeededExecutorTests {
    /// Who came when.
    private final class Log: Sendable {
        private let entries = Locked<[Int]>([])
        var all: [Int] { entries.withLock { $0 } }
        func append(_ entry: Int) { entries.withLock { $0.append(entry) } }
    }

    private actor Counter {
        private var count = 0
        func next() -> Int {
            count += 1
            return count
        }
    }

    /// The order in which eight tasks come to their five suspensions.
    private func interleaving(_ seed: UInt64) async -> [Int] {
        let log = Log()
        let counter = Counter()
        await withTaskExecutorPreference(SeededExecutor(seed: seed)) {
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        for turn in 0..<5 {
                            log.append(task)
                            if turn.isMultiple(of: 2) { await Task.yield() } else { _ = await counter.next() }
                        }
                    }
                }
            }
        }
        return log.all
    }

    @Test func `a seed gives one interleaving, and other seeds give others`() async {
        var seen: Set<[Int]> = []
        for seed in 0..<20 as Range<UInt64> {
            let order = await interleaving(seed)
            #expect(order.count == 40)
            for _ in 0..<5 { #expect(await interleaving(seed) == order) }
            seen.insert(order)
        }
        #expect(seen.count == 20)
    }

    @Test func `the tasks really take turns`() async {
        let order = await interleaving(1)
        let turns = zip(order, order.dropFirst()).count { $0 != $1 }
        #expect(turns > 20)
    }

    @Test func `a caller that waits for the clock takes part`() async throws {
        func order(_ seed: UInt64) async throws -> [Int] {
            let log = Log()
            let time = ManualTime(sleepers: .wait)
            try await withTaskExecutorPreference(SeededExecutor(seed: seed)) {
                try await withThrowingTaskGroup { group in
                    for task in 0..<6 {
                        group.addTask {
                            try await time.sleep(until: .seconds(1))
                            log.append(task)
                        }
                    }
                    await time.sleepers(atLeast: 6)
                    time.advance(by: .seconds(1))
                    try await group.waitForAll()
                }
            }
            return log.all
        }
        let first = try await order(4)
        #expect(first.sorted() == Array(0..<6))
        #expect(try await order(4) == first)
    }
}
