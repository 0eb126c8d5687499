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
        batch.reject(1, "films.gone", because: "there is no such film")
        batch.keep(orFilterAs: "untitled") { batch, row in !batch.isNull(row, Field(index: 0, kind: .text)) }
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
        #expect(batch.takeFiltered() == [Filtered("untitled", 1)])
        batch.append([.null, .null, .null, .null, .null])
        #expect(batch.position(of: batch.count - 1) == "films.json, record 12")
    }

    @Test func `what was noted about records is read back apart from what was filtered`() throws {
        var batch = Batch(Self.schema)
        batch.noteFiltered(3, because: "untitled")
        batch.remark(on: 0, "nothing")
        batch.remark(on: 2, "times without a zone")
        batch.remark(on: 1, "others")
        batch.remark(on: 5, "times without a zone")
        var writer = StateWriter()
        batch.write(to: &writer)
        var reader = StateReader(writer.bytes)
        var read = try Batch(Self.schema, from: &reader)
        #expect(reader.isAtEnd)
        #expect(read.takeFiltered() == [Filtered("untitled", 3)])
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
                if row % 7 == 0 { out.append("another \(row)") } else { out.append(row, of: batch, title) }
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

    @Test func `bytes that were cut off are refused`() {
        for count in 0..<Self.bytes.count {
            var reader = StateReader(Array(Self.bytes[..<count]))
            #expect(throws: Diagnostic.self) { try Batch(Self.schema, from: &reader) }
        }
    }

    @Test func `damaged bytes give another batch or a diagnostic, never a trap`() {
        for place in Self.bytes.indices {
            for bit in 0..<8 {
                var bytes = Self.bytes
                bytes[place] ^= 1 << UInt8(bit)
                var reader = StateReader(bytes)
                guard let batch = try? Batch(Self.schema, from: &reader) else { continue }
                // Whatever came of it can be looked at, and its text is text.
                #expect(batch.records.count == batch.count)
            }
        }
    }
}
