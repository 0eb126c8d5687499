import PluginKit
import PluginTestKit
import Spilling
import Testing

/// A table answers the same, whether it is in memory or in a file.
@Suite struct SpillingTableTests {
    private let schema: Schema = ["text": .text, "number": .integer, "value": .integer]
    private let key = [Field(index: 0, kind: .text), Field(index: 1, kind: .integer)]

    private func batch(_ count: Int, _ numbers: inout SeededNumbers) -> Batch {
        var batch = Batch(schema)
        for _ in 0..<count {
            let text = ["", "a", "a\u{0}", "a\u{0}b", "ä", "b"][numbers.next(below: 6)]
            batch.append([
                numbers.next(below: 5) == 0 ? .null : .text(text),
                numbers.next(below: 5) == 0 ? .null : .integer(Int64(numbers.next(below: 40)) - 20),
                .integer(Int64(numbers.next(below: 1_000_000))),
            ])
        }
        return batch
    }

    /// What a dictionary would answer: the last record of each key, and none without a key.
    private func expected(_ all: [[Value]], _ asked: Batch) -> [Value?] {
        let last = Dictionary(all.map { (Array($0.prefix(2)), $0[2]) }) { $1 }
        return asked.records.map { record in
            let key = Array(record.prefix(2))
            return key == [.null, .null] ? nil : last[key]
        }
    }

    private func answers(_ table: SpillingTable, _ asked: Batch) throws -> [Value?] {
        let found = try table.find(asked, by: key)
        return found.places.map { place in place.map { found.rows[$0, Field(index: 2, kind: .integer)] } }
    }

    @Test(arguments: [1, 2_000, 1 << 20], 0..<6 as Range<UInt64>)
    func `the last record of a key is found, in memory and in files, stored and not`(memory: Int, seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let folder = try TemporaryFolder(.inMemory)
        let files = SpillFolder(folder.path, prefix: "join")
        var table = SpillingTable(schema, key: key, memory: memory, in: files)
        var all: [[Value]] = []
        for part in 0..<40 {
            let batch = batch(numbers.next(below: 12), &numbers)
            all += batch.records
            try table.add(batch)
            guard part % 13 == 5 else { continue }
            var writer = StateWriter()
            try table.store(to: &writer)
            var reader = StateReader(writer.bytes)
            table = try SpillingTable(schema, key: key, memory: memory, in: files, isSealed: false, from: &reader)
            #expect(reader.isAtEnd)
        }
        try table.seal()
        #expect(table.isInMemory == (memory > 2_000))
        let asked = batch(200, &numbers)
        #expect(try answers(table, asked) == expected(all, asked))
        var writer = StateWriter()
        try table.store(to: &writer)
        var reader = StateReader(writer.bytes)
        let again = try SpillingTable(schema, key: key, memory: memory, in: files, isSealed: true, from: &reader)
        #expect(try answers(again, asked) == expected(all, asked))
    }

    @Test func `many records of one key, or of none, take no more room than one`() throws {
        let folder = try TemporaryFolder(.inMemory)
        var table = SpillingTable(schema, key: key, memory: 64 << 10, in: SpillFolder(folder.path, prefix: "join"))
        let text = String(repeating: "x", count: 300)
        for part in 0..<40 {
            let key: Value = part % 2 == 0 ? .text(text) : .null
            try table.add(Batch(schema, records: (0..<50).map { [key, .null, .integer(Int64(part * 50 + $0))] }))
        }
        try table.seal()
        #expect(!table.isInMemory)
        let asked = Batch(schema, records: [[.text(text), .null, .null], [.null, .null, .null]])
        #expect(try answers(table, asked) == [.integer(38 * 50 + 49), nil])
        // The merged file has one record.
        let sizes = folder.files.compactMap { FileSystem.size(of: folder.path($0)) }
        #expect(sizes.min().map { $0 < 1000 } == true, "\(sizes)")
    }

    @Test func `a table without records finds none`() throws {
        var table = SpillingTable(schema, key: key, memory: 1, in: SpillFolder(temporary: "/tmp"))
        try table.seal()
        var numbers = SeededNumbers(seed: 9)
        let asked = batch(5, &numbers)
        #expect(try answers(table, asked) == [nil, nil, nil, nil, nil])
    }

    @Test func `decimals, days and bytes compare as they do, and equal decimals are one key`() throws {
        func keys(_ kind: Schema.Kind, _ values: [Value]) -> [[UInt8]] {
            let batch = Batch(Schema([Schema.Column("value", kind: kind)]), records: values.map { [$0] })
            return values.indices.map { row in
                var bytes: [UInt8] = []
                SortOrder([Field(index: 0, kind: kind)]).append(row, of: batch, to: &bytes)
                return bytes
            }
        }
        func rises(_ keys: [[UInt8]]) -> Bool {
            zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) }
        }
        let texts = [
            "-12345678901234567890.123456789", "-100", "-20", "-11", "-10.5", "-10", "-1", "-0.01", "-0.001", "0",
            "0.001",
            "0.0101", "0.09", "1", "1.05", "1.5", "9", "10", "11", "99.9", "12345678901234567890.123456789",
        ]
        let decimals = try texts.map { Value.decimal(try #require(ExactDecimal($0))) }
        #expect(rises(keys(.decimal, decimals)))
        let equal = try ["1.5", "1.50", "1.500"].map { Value.decimal(try #require(ExactDecimal($0))) }
        #expect(Set(keys(.decimal, equal)).count == 1)
        #expect(rises(keys(.date, [.date(-719_162), .date(-1), .date(0), .date(20_000)])))
        #expect(rises(keys(.bytes, [.bytes([]), .bytes([0]), .bytes([0, 0]), .bytes([0, 1]), .bytes([255])])))
    }

    @Test func `keys compare as the values do`() throws {
        let values: [[Value]] = [
            [.null, .null], [.null, .integer(0)], [.text(""), .null], [.text(""), .integer(.min)],
            [.text(""), .integer(-1)], [.text(""), .integer(0)], [.text(""), .integer(.max)], [.text("\u{0}"), .null],
            [.text("\u{0}a"), .null], [.text("a"), .null], [.text("a\u{0}"), .null], [.text("aa"), .null],
        ]
        let batch = Batch(["text": .text, "number": .integer], records: values)
        let keys = values.indices.map { row in
            var bytes: [UInt8] = []
            SortOrder(key).append(row, of: batch, to: &bytes)
            return bytes
        }
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
        let reals: [Double] = [-.infinity, -1, 0.0, .leastNonzeroMagnitude, 1, .infinity]
        let realBatch = Batch(["real": .real], records: reals.map { [.real($0)] })
        for isDescending in [false, true] {
            let order = SortOrder([SortOrder.Column(Field(index: 0, kind: .real), isDescending: isDescending)])
            let keys = reals.indices.map { row in
                var bytes: [UInt8] = []
                order.append(row, of: realBatch, to: &bytes)
                return bytes
            }
            #expect(
                zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) != isDescending && $0 != $1 }
            )
            var zeros: [[UInt8]] = [[], []]
            let batch = Batch(["real": .real], records: [[-0.0], [0.0]])
            for row in 0..<2 { order.append(row, of: batch, to: &zeros[row]) }
            #expect(zeros[0] == zeros[1])
        }
    }
}
