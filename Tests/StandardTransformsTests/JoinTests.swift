import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct JoinTests {
    private let options = "key = \"id\"\ntake = [\"text\"]"

    @Test func `the later record of a key counts, and records without one get nulls`() async throws {
        let output = try await TransformContract.verify(
            Join.self,
            options: options,
            input: Batch(["id": .integer], records: [[1], [2], [nil], [3], [1]]),
            lookup: Batch(
                ["id": .integer, "text": .text],
                records: [[1, "old"], [3, "three"], [nil, "none"], [1, "new"]]
            )
        )
        #expect((0..<5).map { output[$0, Field(index: 1, kind: .text)] } == ["new", nil, nil, "three", "new"])
    }

    @Test func `a batch that would get more than 8 MiB of text is refused, and comes in halves; one record does not`()
        throws
    {
        let long = String(repeating: "x", count: 9 << 20)
        let half = String(repeating: "y", count: 5 << 20)
        let lookup = Batch(["id": .integer, "text": .text], records: [[1, .text(half)], [2, .text(long)]])
        let input = Batch(["id": .integer], records: [[1], [1], [2]])
        let stage = try Bench().transform(Join.self, options: options, input: input.schema, lookup: lookup.schema)
        var table = stage.makeTable(SpillFolder(temporary: "/tmp"))
        try stage.remember(lookup, in: &table)
        try stage.seal(&table)
        var nothing: Void = ()
        var outputs = Outputs(stage.outputs)
        var both = input.part(0..<2)
        #expect {
            try stage.apply(to: &both, table: table, memory: &nothing, outputs: &outputs)
        } throws: { error in
            guard case StageFailure.badBatch(let reason) = error else { return false }
            return reason.rendered() == """
                error[batch.text]: what 'join' adds to 2 records has more text than a batch should have
                  hint: set a smaller 'batch_size' in [run]
                """
        }
        var one = input.part(2..<3)
        try stage.apply(to: &one, table: table, memory: &nothing, outputs: &outputs)
        #expect(one[0, Field(index: 1, kind: .text)] == .text(long))
    }

    private static let many: Schema = ["a": .text, "b": .integer, "n": .integer]
    private static let other: Schema = ["x": .text, "y": .integer, "v": .integer, "w": .text]

    private func records(_ schema: Schema, _ count: Int, seed: UInt64) -> Batch {
        var numbers = SeededNumbers(seed: seed)
        return Batch(
            schema,
            records: (0..<count).map { n -> [Value] in
                let a: Value = numbers.next(below: 7) == 0 ? .null : .text("k\(numbers.next(below: 3))")
                let b: Value = numbers.next(below: 7) == 0 ? .null : .integer(Int64(numbers.next(below: 3)))
                return [a, b, .integer(Int64(n))] + (schema.width == 4 ? [.text("w\(n)")] : [])
            }
        )
    }

    @Test(
        arguments: [
            ("left", "last", "64 MiB"), ("left", "first", "1 B"), ("left", "all", "1 B"), ("inner", "all", "64 MiB"),
            ("inner", "last", "1 KiB"), ("semi", "last", "1 B"), ("anti", "all", "64 MiB"), ("inner", "one", "1 B"),
            ("left", "one", "64 MiB"),
        ]
    )
    func `each kind of join does what comparing each with each does`(
        kind: String,
        matches: String,
        memory: String
    ) async throws {
        let (input, lookup) = (records(Self.many, 40, seed: 1), records(Self.other, 8, seed: 2))
        let adds = kind == "left" || kind == "inner"
        let output = try await TransformContract.verify(
            Join.self,
            options: """
                key = ["a", "b"]
                lookup_key = ["x", "y"]
                kind = "\(kind)"
                matches = "\(matches)"
                memory = "\(memory)"
                \(adds ? "take = [\"w\", \"v\"]" : "")
                """,
            input: input,
            lookup: lookup,
            on: Bench(batchSize: 7)
        )
        var expected: [[Value]] = []
        for record in input.records {
            var found = lookup.records.filter { $0[0] == record[0] && $0[1] == record[1] }
            if record[0] == .null || record[1] == .null { found = [] }
            if matches == "one", found.count > 1 { continue }
            if matches == "last" { found = Array(found.suffix(1)) }
            if matches == "first" { found = Array(found.prefix(1)) }
            switch kind {
            case "semi": if !found.isEmpty { expected.append(record) }
            case "anti": if found.isEmpty { expected.append(record) }
            default:
                for other in found { expected.append(record + [other[3], other[2]]) }
                if found.isEmpty, kind == "left" { expected.append(record + [.null, .null]) }
            }
        }
        #expect(output.records == expected)
    }

    @Test(arguments: [("all", "1 B", "join.too-many")])
    func `a record with more than 100,000 matches is rejected`(matches: String, memory: String, code: String) throws {
        let lookup = Batch(["id": .integer, "text": .text], records: [[1, nil], [2, "c"]])
            .gathered([UInt32](repeating: 0, count: 100_001) + [1])
        let stage = try Bench().transform(
            Join.self,
            options: "\(options)\nmatches = \"\(matches)\"\nmemory = \"\(memory)\"",
            input: ["id": .integer],
            lookup: lookup.schema
        )
        var table = stage.makeTable(SpillFolder(temporary: "/tmp"))
        try stage.remember(lookup, in: &table)
        try stage.seal(&table)
        var nothing: Void = ()
        var outputs = Outputs(stage.outputs)
        var batch = Batch(["id": .integer], records: [[2], [1], [3], [1]])
        try stage.apply(to: &batch, table: table, memory: &nothing, outputs: &outputs)
        #expect(batch.records == [[2, "c"], [3, nil]])
        #expect(batch.takeRejections().map(\.code) == [code, code])
    }

    @Test func `-0.0 meets 0.0`() async throws {
        let output = try await TransformContract.verify(
            Join.self,
            options: options,
            input: Batch(["id": .real], records: [[-0.0], [0.0], [1.0]]),
            lookup: Batch(["id": .real, "text": .text], records: [[0.0, "old"], [-0.0, "new"]])
        )
        #expect(output.records.map { $0[1] } == ["new", "new", nil])
    }

    @Test func `a record with several matches is rejected if there may be one`() throws {
        let lookup = Batch(["id": .integer, "text": .text], records: [[1, "a"], [1, "b"], [2, "c"]])
        let stage = try Bench().transform(
            Join.self,
            options: "\(options)\nmatches = \"one\"",
            input: ["id": .integer],
            lookup: lookup.schema
        )
        var table = stage.makeTable(SpillFolder(temporary: "/tmp"))
        try stage.remember(lookup, in: &table)
        try stage.seal(&table)
        var nothing: Void = ()
        var outputs = Outputs(stage.outputs)
        var batch = Batch(["id": .integer], records: [[1], [2], [3]])
        try stage.apply(to: &batch, table: table, memory: &nothing, outputs: &outputs)
        #expect(batch.records == [[2, "c"], [3, nil]])
        let rejections = batch.takeRejections()
        #expect(rejections.map(\.code) == ["join.several"])
        #expect(rejections.map(\.reason) == ["2 records of the other stage have its key"])
    }

    @Test(arguments: [
        ("key = [\"a\", \"b\"]\nlookup_key = \"x\"", "2:14: error[join.key]: the key has 2 columns in the input, 1 in"),
        ("key = \"a\"\nlookup_key = \"y\"", "1:7: error[join.key]: the key 'a' is text in the input, integer in"),
        ("key = []", "1:7: error[join.key]: there is no key column"),
        ("key = [\"a\", \"a\"]\nlookup_key = [\"x\", \"x\"]", "1:7: error[keys.column-twice]: the column 'a' is"),
        (
            "key = \"a\"\nlookup_key = \"x\"\nkind = \"semi\"\ntake = [\"v\"]",
            "4:8: error[join.take]: a join of kind 'semi' adds no columns"
        ),
    ])
    func `a wrong option is reported at its place`(options: String, message: String) throws {
        let text = try refusal {
            _ = try Bench().transform(Join.self, options: options, input: Self.many, lookup: Self.other)
        }
        #expect(text?.hasPrefix("options:\(message)") == true, "\(text ?? "nothing")")
    }
}
