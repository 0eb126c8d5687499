import Testing

@testable import Records

/// A record is known by its number and its origin, whatever happens to the batch that holds it.
@Suite struct RecordOriginTests {
    private let schema: Schema = ["n": .integer]
    private let n = Field(index: 0, kind: .integer)

    /// Five records of a file, numbered from `first` on; each holds its own number.
    private func page(_ file: String, from first: Int) -> Batch {
        var batch = Batch(schema)
        batch.origin = file
        batch.number(from: first)
        for number in first..<first + 5 { batch.append([.integer(Int64(number))]) }
        return batch
    }

    private func positions(_ batch: Batch) -> [String] { (0..<batch.count).map { batch.position(of: $0) } }

    @Test func `they survive filters, parts and orders`() {
        var batch = page("a.json", from: 11)
        batch.keep { batch, row in batch.integer(row, in: n) != 12 }
        #expect(positions(batch) == [11, 13, 14, 15].map { "a.json, record \($0)" })
        #expect(positions(batch.part(1..<3)) == ["a.json, record 13", "a.json, record 14"])
        let turned = batch.gathered([3, 0, 0])
        #expect(positions(turned) == ["a.json, record 15", "a.json, record 11", "a.json, record 11"])
        #expect(positions(turned.part(1..<2)) == ["a.json, record 11"])
    }

    @Test func `records of several batches keep theirs when they are put together, as a sort does`() throws {
        let pages = [page("a.json", from: 1), page("b.json", from: 1), page("c.json", from: 7)]
        var sorted = Batch(schema)
        for row in [4, 0, 2] as [UInt32] {
            for page in pages { sorted.append([row], of: page) }
        }
        let expected = [
            "a.json, record 5", "b.json, record 5", "c.json, record 11", "a.json, record 1", "b.json, record 1",
            "c.json, record 7", "a.json, record 3", "b.json, record 3", "c.json, record 9",
        ]
        #expect(positions(sorted) == expected)
        #expect(positions(sorted.gathered([8, 3])) == [expected[8], expected[3]])
        #expect(positions(sorted.part(2..<5)) == Array(expected[2..<5]))
        var kept = sorted
        kept.keep { _, row in row % 4 == 1 }
        #expect(positions(kept) == [expected[1], expected[5]])
        var other = Batch(schema)
        other.origin = "d.json"
        other.append([0])
        other.append(contentsOf: sorted)
        other.append([0])
        #expect(positions(other) == ["d.json, record 1"] + expected + ["d.json, record 11"])

        var writer = StateWriter()
        other.write(to: &writer)
        var reader = StateReader(writer.bytes)
        let read = try Batch(schema, from: &reader)
        #expect(positions(read) == positions(other))
    }

    @Test func `records without an origin take that of the batch which they join`() {
        let nameless = Batch(schema, records: [[1], [2]])
        var batch = page("a.json", from: 1)
        batch.append([1], of: nameless)
        #expect(positions(batch).last == "a.json, record 2")
    }
}
