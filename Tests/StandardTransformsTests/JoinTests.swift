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
}
