import Testing

@testable import Profiling

@Suite struct StackCountsTests {
    @Test func `equal stacks are counted together`() {
        var counts = StackCounts()
        counts.add([1, 2], weight: 1)
        counts.add([1, 2], weight: 3)
        counts.add([1], weight: 1)
        #expect(counts.counts == [[1, 2]: 4, [1]: 1])
        #expect(counts.shortened == 0)
    }

    @Test func `a number of stacks without an end does not take memory without an end`() {
        var counts = StackCounts()
        for number in 0..<60_000 { counts.add([UInt64(number % 7), UInt64(number), 3], weight: 2) }
        #expect(counts.counts.count == 12_007)
        #expect(counts.shortened == 96_000)
        #expect(counts.counts.values.reduce(0, +) == 120_000)
        counts.add([1, 1, 3], weight: 1)
        #expect(counts.counts[[1, 1, 3]] == 3)
        #expect(counts.lost == 0)
        for number in 0..<60_000 { counts.add([UInt64(100_000 + number)], weight: 1) }
        #expect(counts.counts.count == 48_000)
        #expect(counts.lost == 24_007)
    }
}
