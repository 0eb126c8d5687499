import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct LimitTests {
    private let numbers = Batch(["n": .integer], records: (1...7).map { [.integer($0)] })

    /// What is kept of batches of two records.
    private func kept(_ options: String) throws -> (records: [[Value]], filtered: [Filtered], wantsMore: [Bool]) {
        let limit = try Bench().transform(Limit.self, options: options, input: numbers.schema)
        var memory = limit.makeMemory(SpillFolder(temporary: "/tmp"))
        var outputs = Outputs(limit.outputs)
        var all = Batch(numbers.schema)
        var wants: [Bool] = []
        var filtered: [Filtered] = []
        for first in stride(from: 0, to: 7, by: 2) {
            wants.append(limit.wantsMore(memory))
            var batch = numbers.part(first..<min(first + 2, 7))
            limit.apply(to: &batch, table: (), memory: &memory, outputs: &outputs)
            filtered += batch.takeFiltered()
            all.append(contentsOf: batch)
        }
        return (all.records, filtered, wants)
    }

    @Test(
        arguments: [
            ("records = 3", [1, 2, 3], [true, true, false, false]), ("records = 0", [], [false, false, false, false]),
            ("records = 4", [1, 2, 3, 4], [true, true, false, false]),
            ("records = 3\nskip = 1", [2, 3, 4], [true, true, false, false]),
            ("records = 1\nskip = 4", [5], [true, true, true, false]),
            ("records = 10\nskip = 5", [6, 7], [true, true, true, true]),
            ("records = 1_000_000_000_000_000\nskip = 1_000_000_000_000_000", [], [true, true, true, true]),
        ] as [(String, [Int64], [Bool])]
    )
    func `the first records are kept, and no more are wanted`(
        options: String,
        expected: [Int64],
        wants: [Bool]
    ) throws {
        let kept = try kept(options)
        #expect(kept.records == expected.map { [.integer($0)] })
        #expect(kept.wantsMore == wants)
        #expect(kept.filtered.reduce(0) { $0 + $1.count } == 7 - expected.count)
    }

    @Test func `it keeps the contract of a transform with a memory`() async throws {
        let output = try await TransformContract.verify(Limit.self, options: "records = 3\nskip = 2", input: numbers)
        #expect(output.records == [[3], [4], [5]])
    }

    @Test func `what is left out is counted with its reason`() throws {
        #expect(
            try kept("records = 2\nskip = 1").filtered == [
                Filtered("before the first", count: 1), Filtered("after the last", count: 1),
                Filtered("after the last", count: 2), Filtered("after the last", count: 1),
            ]
        )
    }
}
