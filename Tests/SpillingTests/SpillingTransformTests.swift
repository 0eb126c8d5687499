import PluginKit
import PluginTestKit
import StandardTransforms
import TestPipelines
import Testing

/// A sort and a top-n, written against the contract before it was fixed.
@Suite struct SpillingTransformTests {
    /// Records with few keys, so that many are equal, in an order drawn from a seed.
    private func records(_ count: Int, seed: UInt64 = 1) -> Batch {
        var numbers = SeededNumbers(seed: seed)
        var batch = Batch(["name": .text, "group": .integer, "n": .integer])
        batch.origin = "numbers.txt"
        for n in 0..<count {
            let name = String(repeating: "x", count: numbers.next(below: 30)) + "\(numbers.next(below: 40))"
            let isNull = numbers.next(below: 10) == 0
            batch.append([isNull ? .null : .text(name), .integer(Int64(numbers.next(below: 7))), .integer(Int64(n))])
        }
        return batch
    }

    private func rows(_ batch: Batch) -> [[Value]] { batch.records }

    @Test(arguments: [0, 1, 30, 500])
    func `a sort gives all records back in order, equal ones as they came`(count: Int) async throws {
        let input = records(count)
        let sorted = try await TransformContract.verify(
            Sort.self,
            options: "by = ['name nulls first', 'group nulls first']\nmemory = '64 KiB'",
            input: input,
            on: Bench(batchSize: 40)
        )
        func text(_ value: Value) -> String { if case .text(let text) = value { text } else { "" } }
        func number(_ value: Value) -> Int64 { if case .integer(let number) = value { number } else { 0 } }
        let expected = input.records.enumerated().sorted { left, right in
            let keys = (text(left.element[0]), text(right.element[0]))
            if keys.0 != keys.1 { return keys.0.utf8.lexicographicallyPrecedes(keys.1.utf8) }
            let groups = (number(left.element[1]), number(right.element[1]))
            return groups.0 != groups.1 ? groups.0 < groups.1 : left.offset < right.offset
        }
        #expect(sorted.records == expected.map(\.element))
    }

    @Test func `a sort whose records go into many files is the same`() async throws {
        // Each record takes about 2 KiB, so that 64 KiB are full after some thirty.
        var input = Batch(["key": .integer, "text": .text])
        var numbers = SeededNumbers(seed: 3)
        for row in 0..<600 {
            input.append([
                .integer(Int64(numbers.next(below: 50))), .text("\(row) " + String(repeating: "z", count: 2000)),
            ])
        }
        let sorted = try await TransformContract.verify(
            Sort.self,
            options: "by = ['key desc']\nmemory = '64 KiB'",
            input: input,
            on: Bench(batchSize: 50)
        )
        let expected = input.records.enumerated().sorted { left, right in
            guard case (.integer(let one), .integer(let other)) = (left.element[0], right.element[0]) else {
                return false
            }
            return one != other ? one > other : left.offset < right.offset
        }
        #expect(sorted.records == expected.map(\.element))
    }

    @Test(arguments: [1, 4, 100])
    func `the top are those with the largest values`(count: Int) async throws {
        let input = records(60, seed: 5)
        let top = try await TransformContract.verify(
            Top.self,
            options: "by = 'n'\ncount = \(count)",
            input: input,
            on: Bench(batchSize: 3)
        )
        #expect(top.records == Array(input.records.reversed().prefix(count)))
    }
}
