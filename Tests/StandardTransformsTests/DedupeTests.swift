import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct DedupeTests {
    private static let schema: Schema = ["key": .text, "part": .integer, "at": .instant, "n": .integer]

    private func records(_ count: Int, seed: UInt64) -> Batch {
        var numbers = SeededNumbers(seed: seed)
        return Batch(
            Self.schema,
            records: (0..<count).map { n -> [Value] in
                let key: Value = numbers.next(below: 6) == 0 ? .null : .text("key \(numbers.next(below: 12))")
                let part: Value = numbers.next(below: 3) == 0 ? .null : .integer(Int64(numbers.next(below: 2)))
                let at: Value = numbers.next(below: 6) == 0 ? .null : .instant(Int64(numbers.next(below: 4)))
                return [key, part, at, .integer(Int64(n))]
            }
        )
    }

    /// The records to keep, found by comparing each with each.
    private func expected(_ records: [[Value]], _ options: String) -> [[Value]] {
        func rank(_ record: [Value]) -> Int64 { if case .instant(let at) = record[2] { at } else { -1 } }
        return records.indices.filter { index in
            let record = records[index]
            guard record[0] != .null || record[1] != .null else { return true }
            let rivals = records.indices.filter { records[$0][0...1] == record[0...1] }
            if options.contains("newest") {
                let best = rivals.map { rank(records[$0]) }.max()
                return rivals.last { rank(records[$0]) == best } == index
            }
            return (options.contains("last") ? rivals.last : rivals.first) == index
        }.map { records[$0] }
    }

    @Test(
        arguments: ["", "keep = \"first\"", "keep = \"last\"", "newest = \"at\""],
        ["64 MiB", "500 B"]
    )
    func `one record of each key is kept, in the order of all`(options: String, memory: String) async throws {
        guard !options.hasSuffix("first\"") || memory == "500 B" else { return }
        let input = records(80, seed: 4)
        let kept = try await TransformContract.verify(
            Dedupe.self,
            options: "by = [\"key\", \"part\"]\nmemory = \"\(memory)\"\n\(options)",
            input: input,
            on: Bench(batchSize: 7)
        )
        #expect(kept.records == expected(input.records, options))
    }

    @Test func `the first record of a key is passed on immediately while keys fit into memory`() throws {
        let stage = try Bench().transform(
            Dedupe.self,
            options: "by = [\"key\"]\nmemory = \"136 B\"",
            input: Self.schema
        )
        var memory = stage.makeMemory(SpillFolder(temporary: "/tmp"))
        var outputs = Outputs(stage.outputs)
        // A key counts 25 bytes, so that four fit into three quarters of the memory.
        var batch = Batch(
            Self.schema,
            records: ["a", "b", "a", "c", "d", nil, "e", "a", "e", nil].enumerated()
                .map { [$1.map { .text("key\($0)") } ?? .null, .null, .null, .integer(Int64($0))] }
        )
        try stage.apply(to: &batch, table: (), memory: &memory, outputs: &outputs)
        #expect(batch.records.map { $0[3] } == [0, 1, 3, 4, 5])
        #expect(batch.takeFiltered() == [Filtered("seen before", count: 2)])
        while case .more = try stage.drain(&memory, page: 0, outputs: &outputs) {}
        #expect(outputs[0].records.map { $0[3] } == [6, 9])
    }

    @Test(arguments: ["64 MiB", "1 B"])
    func `-0.0 and 0.0 are one key`(memory: String) async throws {
        let kept = try await TransformContract.verify(
            Dedupe.self,
            options: "by = [\"x\"]\nmemory = \"\(memory)\"",
            input: Batch(["x": .real, "n": .integer], records: [[0.0, 0], [1.0, 1], [-0.0, 2], [0.0, 3]])
        )
        #expect(kept.records.map { $0[1] } == [0, 1])
    }

    @Test(arguments: [
        ("by = []", "options:1:6: error[dedupe.no-columns]: there is no column to distinguish records by"),
        ("by = [\"k\"]", "options:1:6: error[schema.unknown-column]: there is no column 'k' here"),
        (
            "by = [\"key\"]\nnewest = \"at\"\nkeep = \"last\"",
            "options:3:8: error[dedupe.keep]: 'keep' and 'newest' both state which record is kept"
        ),
    ])
    func `a wrong option is reported at its place`(options: String, message: String) throws {
        let text = try refusal {
            _ = try Bench().transform(Dedupe.self, options: options, input: Self.schema)
        }
        #expect(text?.hasPrefix(message) == true, "\(text ?? "nothing")")
    }
}
