import Diagnostics
import Records
import Testing

@Suite struct BatchCodingTests {
    static let schema: Schema = [
        "title": .text, "year": .integer, "rating": .real, "seen": .boolean, "at": .instant,
    ]

    /// Records of every kind, some of them taken out or filtered.
    static var batch: Batch {
        var batch = Batch(schema)
        batch.origin = "films.json"
        batch.number(from: 7)
        batch.append([.text("Amélie"), .integer(2001), .real(8.3), .boolean(true), .instant(-5)])
        batch.append([.text("gone"), .null, .null, .null, .null])
        batch.append([.text(""), .integer(.min), .real(-.zero), .boolean(false), .instant(.max)])
        batch.append([.null, .null, .null, .null, .null])
        batch.append([.text("映画"), .integer(1), .null, .null, .null])
        batch.reject(1, code: "films.gone", because: "there is no such film")
        batch.keep(orFilterAs: "untitled") { batch, row in !batch.isNull(row, in: Field(index: 0, kind: .text)) }
        return batch
    }

    static var bytes: [UInt8] {
        var writer = StateWriter()
        batch.write(to: &writer)
        return writer.bytes
    }

    @Test func `a batch is read back with all that is known of its records`() throws {
        var reader = StateReader(Self.bytes)
        var batch = try Batch(Self.schema, from: &reader)
        #expect(reader.isAtEnd)
        #expect(batch == Self.batch)
        #expect(
            (0..<batch.count).map { batch.position(of: $0) }
                == ["films.json, record 7", "films.json, record 9", "films.json, record 11"]
        )
        #expect(batch.takeRejections() == Self.batch.rejections)
        #expect(batch.takeFiltered() == [Filtered("untitled", count: 1)])
        batch.append([.null, .null, .null, .null, .null])
        #expect(batch.position(of: batch.count - 1) == "films.json, record 12")
    }

    @Test func `what was noted about records is read back apart from what was filtered`() throws {
        var batch = Batch(Self.schema)
        batch.noteFiltered(3, because: "untitled")
        batch.remark(on: 0, words: "nothing")
        batch.remark(on: 2, words: "times without a zone")
        batch.remark(on: 1, words: "others")
        batch.remark(on: 5, words: "times without a zone")
        var writer = StateWriter()
        batch.write(to: &writer)
        var reader = StateReader(writer.bytes)
        var read = try Batch(Self.schema, from: &reader)
        #expect(reader.isAtEnd)
        #expect(read.takeFiltered() == [Filtered("untitled", count: 3)])
        #expect(read.takeRemarks().map(\.text) == ["7 times without a zone", "1 others"])
        #expect(read.takeRemarks().isEmpty)
    }

    @Test func `records of several places are known by theirs when they are read back`() throws {
        var batch = Batch(Self.schema)
        for name in ["a.json", "b.json", "c.json"] {
            batch.begin(name)
            for _ in 0..<2 { batch.append([.text(name), .null, .null, .null, .null]) }
        }
        var writer = StateWriter()
        batch.write(to: &writer)
        var reader = StateReader(writer.bytes)
        let read = try Batch(Self.schema, from: &reader)
        #expect(reader.isAtEnd)
        #expect(read.origin == "a.json to c.json")
        #expect((0..<6).map { read.position(of: $0) } == (0..<6).map { batch.position(of: $0) })
        #expect(read.position(of: 3) == "b.json, record 2")
    }

    @Test(arguments: [0, 1, 204, 205, 3000])
    func `as many records as there may be are read back, whatever became of their text`(count: Int) throws {
        var batch = Batch(Self.schema)
        let title = try Self.schema.field("title")
        for row in 0..<count {
            let extreme: Int64 = row % 2 == 0 ? .min : .max
            batch.append([
                .text("film \(row)"), .integer(extreme), .real(Double(row)), .boolean(row % 3 == 0), .instant(extreme),
            ])
        }
        batch.replace(title) { batch, out in
            for row in 0..<batch.count {
                if row % 7 == 0 { out.append("another \(row)") } else { out.append(row, of: batch, in: title) }
            }
        }
        batch.keep { _, row in row % 5 != 0 }
        var writer = StateWriter()
        batch.write(to: &writer)
        var reader = StateReader(writer.bytes)
        #expect(try Batch(Self.schema, from: &reader) == batch)
        #expect(reader.isAtEnd)
    }

    @Test func `text that no record has any more is not stored`() {
        var batch = Self.batch
        batch.keep { _, row in row == 1 }
        var writer = StateWriter()
        batch.write(to: &writer)
        #expect(writer.bytes.firstRange(of: Array("Amélie".utf8)) == nil)
    }

    @Test(
        arguments: [
            ["title": .text, "year": .integer, "rating": .real, "seen": .boolean],
            ["title": .text, "year": .integer, "rating": .real, "seen": .boolean, "when": .instant],
            ["title": .text, "year": .integer, "rating": .real, "seen": .boolean, "at": .integer],
        ] as [Schema]
    )
    func `a batch with other columns is refused`(schema: Schema) {
        var reader = StateReader(Self.bytes)
        #expect(throws: Diagnostic.self) { try Batch(schema, from: &reader) }
    }

    /// Batches whose bytes have every part that there is.
    private static let samples: [(name: String, batch: Batch)] = {
        let letters = Batch(
            schema,
            records: (0..<65).map { row in
                let text: Value = row % 9 == 4 ? .null : .text(String(repeating: "é", count: row % 4))
                return [
                    text, .integer(Int64(row)), row % 3 == 0 ? .null : .real(0.5), .boolean(row % 2 == 0), .instant(7),
                ]
            }
        )
        var joined = batch
        joined.append([64, 2, 2], of: letters)
        var named = letters.part(0..<3)
        named.origin = "other.json"
        joined.append(contentsOf: named)
        let nothing = Batch([:], records: [[], [], []])
        return [
            ("all kinds", batch), ("65 records", letters), ("of several batches", joined), ("no column", nothing),
            ("no record", Batch(schema)),
        ]
    }()

    private static func bytes(of batch: Batch) -> [UInt8] {
        var writer = StateWriter()
        batch.write(to: &writer)
        return writer.bytes
    }

    @Test(arguments: samples.map(\.name))
    func `every batch is read back, and stored again in the same bytes`(name: String) throws {
        let batch = try #require(Self.samples.first { $0.name == name }).batch
        let bytes = Self.bytes(of: batch)
        var reader = StateReader(bytes)
        let read = try Batch(batch.schema, from: &reader)
        #expect(reader.isAtEnd)
        #expect(read == batch)
        #expect((0..<read.count).map { read.position(of: $0) } == (0..<batch.count).map { batch.position(of: $0) })
        #expect(Self.bytes(of: read) == bytes)
    }

    @Test func `the same records are stored in the same bytes, however they lie in memory`() throws {
        let records = Self.samples[1].batch
        var turned = records.gathered((0..<65).reversed())
        turned = turned.gathered((0..<65).reversed())
        var appended = Batch(Self.schema, capacity: 1000)
        for row in 0..<65 { appended.append(row, of: records) }
        var replaced = records
        let title = try Self.schema.field("title")
        replaced.replace(title) { batch, out in
            for row in (0..<batch.count) { out.append(row, of: batch, in: title) }
        }
        for other in [turned, appended, replaced] { #expect(Self.bytes(of: other) == Self.bytes(of: records)) }
    }

    @Test(arguments: samples.map(\.name))
    func `bytes that were cut off are refused`(name: String) throws {
        let batch = try #require(Self.samples.first { $0.name == name }).batch
        let bytes = Self.bytes(of: batch)
        for count in 0..<bytes.count {
            var reader = StateReader(Array(bytes[..<count]))
            #expect(throws: Diagnostic.self) { try Batch(batch.schema, from: &reader) }
        }
    }

    @Test(arguments: samples.map(\.name))
    func `damaged bytes give another batch or a diagnostic, never a trap`(name: String) throws {
        let batch = try #require(Self.samples.first { $0.name == name }).batch
        let whole = Self.bytes(of: batch)
        for place in whole.indices {
            for bit in 0..<8 {
                var bytes = whole
                bytes[place] ^= 1 << UInt8(bit)
                var reader = StateReader(bytes)
                guard let read = try? Batch(batch.schema, from: &reader) else { continue }
                // Whatever came of it can be looked at, changed and stored, and its text is text.
                _ = (0..<read.count).map { read.position(of: $0) }
                if read.records.count != read.count { Issue.record("byte \(place), bit \(bit)") }
                var kept = read
                kept.keep { _, row in row % 2 == 1 }
                kept.append(contentsOf: read)
                var again = StateReader(Self.bytes(of: kept))
                let isReadable = (try? Batch(batch.schema, from: &again)) == kept
                if !isReadable { Issue.record("byte \(place), bit \(bit)") }
            }
        }
    }

    @Test(arguments: 0..<40)
    func `any bytes at all give a batch or a diagnostic`(seed: UInt64) {
        var numbers = SteadyNumbers(seed)
        let whole = Self.bytes(of: Self.samples[2].batch)
        for _ in 0..<50 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<3, using: &numbers) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
                default: bytes.remove(at: place)
                }
            }
            var reader = StateReader(bytes)
            guard let read = try? Batch(Self.schema, from: &reader) else { continue }
            if read.records.count != read.count { Issue.record("another number of records") }
        }
    }
}
