import PluginTestKit
import TestTags
import Testing

@testable import Pipelines

/// Orders that are found in time in proportion to the needs are those that looking at everything again and again finds.
@Suite(.tags(.fuzz)) struct DependencyOrderTests {
    private struct Draw: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private func graph(_ draw: inout Draw) -> [[Int]] {
        let count = Int.random(in: 0...12, using: &draw)
        let density = Int.random(in: 0...3, using: &draw)
        return (0..<count).map { index in
            (0..<Int.random(in: 0...density, using: &draw)).map { _ in
                Bool.random(using: &draw) && index > 0
                    ? Int.random(in: 0..<index, using: &draw) : Int.random(in: 0...count, using: &draw)
            }
        }
    }

    /// The order by levels, and the circle, as a person would find them.
    private func model(_ needs: [[Int]]) -> (order: [Int], circle: [Int]) {
        var order: [Int] = []
        var waiting = Array(needs.indices)
        while true {
            let ready = waiting.filter { needs[$0].allSatisfy { order.contains($0) || !needs.indices.contains($0) } }
            if ready.isEmpty { break }
            order += ready
            waiting.removeAll(where: ready.contains)
        }
        while true {
            let needed = Set(waiting.flatMap { needs[$0] })
            let inside = waiting.filter(needed.contains)
            if inside.count == waiting.count { return (order, waiting) }
            waiting = inside
        }
    }

    @Test func `order and circle are those of the model in 2,000 random graphs`() {
        var draw = Draw(state: 16)
        for _ in 0..<2_000 {
            let needs = graph(&draw)
            let found = DependencyOrder(needs)
            let expected = model(needs)
            #expect(found.order == expected.order, "\(needs)")
            #expect(found.circle == expected.circle, "\(needs)")
        }
    }

    @Test func `the smallest number comes out first`() {
        var draw = Draw(state: 5)
        for _ in 0..<300 {
            var expected = (0..<Int.random(in: 0...9, using: &draw)).map { $0 * 3 }
            var found = SmallestFirst(expected)
            for _ in 0..<40 {
                if Bool.random(using: &draw) {
                    let number = Int.random(in: 0...50, using: &draw)
                    found.insert(number)
                    expected.append(number)
                } else {
                    let least = expected.min()
                    if let least, let place = expected.firstIndex(of: least) { expected.remove(at: place) }
                    #expect(found.popFirst() == least)
                }
            }
        }
    }
}
