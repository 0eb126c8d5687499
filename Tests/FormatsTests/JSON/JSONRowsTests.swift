import Diagnostics
import Records
import Synchronization
import Testing

@testable import Formats

@Suite struct JSONRowsTests {
    let plays = Plays()

    @Test func `an array of objects becomes records`() throws {
        let (batch, mismatches) = try plays.read(Plays.document)
        #expect(batch.records == Plays.documentRecords)
        #expect(mismatches == 0)
        #expect(batch.position(of: 3) == "record 4")
    }

    struct Cell: CustomTestStringConvertible, Sendable {
        let json: String
        let column: String
        let value: Value
        var misfits = 0
        var testDescription: String { "\(json) in \(column)" }
    }

    @Test(arguments: [
        Cell(json: #"{"id":7}"#, column: "id", value: 7),
        Cell(json: #"{"id":0}"#, column: "id", value: 0),
        Cell(json: #"{"id":-0}"#, column: "id", value: 0),
        Cell(json: #"{"id":-12}"#, column: "id", value: -12),
        Cell(json: #"{"id":"155"}"#, column: "id", value: 155),
        Cell(json: #"{"id":"-155"}"#, column: "id", value: -155),
        Cell(json: #"{"id":8.0}"#, column: "id", value: 8),
        Cell(json: #"{"id":1.5e3}"#, column: "id", value: 1500),
        Cell(json: #"{"id":120E-1}"#, column: "id", value: 12),
        Cell(json: #"{"id":9223372036854775807}"#, column: "id", value: .integer(.max)),
        Cell(json: #"{"id":-9223372036854775808}"#, column: "id", value: .integer(.min)),
        Cell(json: #"{"id":8.00000000000000000000}"#, column: "id", value: 8),
        Cell(json: #"{"id":9223372036854775808}"#, column: "id", value: nil, misfits: 1),
        Cell(json: #"{"id":1e99}"#, column: "id", value: nil, misfits: 1),
        Cell(json: #"{"id":8.5}"#, column: "id", value: nil, misfits: 1),
        Cell(json: #"{"id":""}"#, column: "id", value: nil, misfits: 1),
        Cell(json: #"{"id":"12 "}"#, column: "id", value: nil, misfits: 1),
        Cell(json: #"{"id":"tt12"}"#, column: "id", value: nil, misfits: 1),
        Cell(json: #"{"id":true}"#, column: "id", value: nil, misfits: 1),
        Cell(json: #"{"id":[7]}"#, column: "id", value: nil, misfits: 1),
        Cell(json: #"{"id":{"id":7}}"#, column: "id", value: nil, misfits: 1),
        Cell(json: #"{"id":null}"#, column: "id", value: nil),
        Cell(json: #"{ "id" : 7 , "x" : 1 }"#, column: "id", value: 7),
        Cell(json: #"{"id":7,"id":8}"#, column: "id", value: 8),
        Cell(json: #"{"id":7,"id":null}"#, column: "id", value: nil),
        Cell(json: #"{"id":7,"id":"x"}"#, column: "id", value: nil, misfits: 1),
        Cell(json: #"{"\u0069d":7}"#, column: "id", value: 7),
        Cell(json: #"{"ID":7,"idx":8,"i":9}"#, column: "id", value: nil),
        Cell(json: #"{"type":""}"#, column: "type", value: ""),
        Cell(json: #"{"type":"a\/b\b\f\n\r\t\"\\"}"#, column: "type", value: "a/b\u{8}\u{C}\n\r\t\"\\"),
        Cell(json: #"{"type":"\u00e9\u65e5\uD83C\uDFAC"}"#, column: "type", value: "é日🎬"),
        Cell(json: #"{"type":"\ud83c"}"#, column: "type", value: "\u{FFFD}"),
        Cell(json: #"{"type":"\udfac\ud83c\u0041"}"#, column: "type", value: "\u{FFFD}\u{FFFD}A"),
        Cell(json: #"{"type":"\ud83c\ud83c\udfac"}"#, column: "type", value: "\u{FFFD}🎬"),
        Cell(json: #"{"type":"\u0000"}"#, column: "type", value: "\0"),
        Cell(json: #"{"type":12}"#, column: "type", value: nil, misfits: 1),
        Cell(json: #"{"movie":{"rating":7.103060245513916}}"#, column: "rating", value: 7.103060245513916),
        Cell(json: #"{"movie":{"rating":"8.5"}}"#, column: "rating", value: 8.5),
        Cell(json: #"{"movie":{"rating":7}}"#, column: "rating", value: 7.0),
        Cell(json: #"{"movie":{"rating":-2.5E-3}}"#, column: "rating", value: -0.0025),
        Cell(json: #"{"movie":{"rating":1e-400}}"#, column: "rating", value: 0.0),
        Cell(json: #"{"movie":{"rating":1e999}}"#, column: "rating", value: nil, misfits: 1),
        Cell(json: #"{"private":true}"#, column: "is_private", value: true),
        Cell(json: #"{"private":false}"#, column: "is_private", value: false),
        Cell(json: #"{"private":1}"#, column: "is_private", value: nil, misfits: 1),
        Cell(json: #"{"private":"true"}"#, column: "is_private", value: nil, misfits: 1),
        Cell(
            json: #"{"watched_at":"2014-09-01T09:10:11.000Z"}"#,
            column: "watched_at",
            value: .instant(1_409_562_611_000_000)
        ),
        Cell(
            json: #"{"watched_at":"2014-09-01T11:10:11+02:00"}"#,
            column: "watched_at",
            value: .instant(1_409_562_611_000_000)
        ),
        Cell(
            json: #"{"watched_at":"2014\u002d09-01T00:00Z"}"#,
            column: "watched_at",
            value: .instant(1_409_529_600_000_000)
        ),
        Cell(json: #"{"watched_at":1409562611}"#, column: "watched_at", value: .instant(1_409_562_611_000_000)),
        Cell(json: #"{"movie":{}}"#, column: "is_movie", value: true),
        Cell(json: #"{"movie":null}"#, column: "is_movie", value: false),
        Cell(json: #"{"show":{}}"#, column: "is_movie", value: false),
        Cell(json: #"{"movie":7}"#, column: "is_movie", value: true, misfits: 1),
        Cell(json: #"{"movie":{"title":"A"},"movie":{"year":1}}"#, column: "title", value: nil),
        Cell(json: #"{"movie":{"title":"A"},"movie":null}"#, column: "title", value: nil),
        Cell(json: #"{"movie":{"title":"A"},"movie":null}"#, column: "is_movie", value: false),
        Cell(json: #"{"show":{"title":"B"},"movie":{"title":"A"}}"#, column: "title", value: "A"),
        Cell(json: #"{"movie":{"title":"A"},"show":{"title":"B"}}"#, column: "title", value: "A"),
        Cell(json: #"{"movie":{"title":null},"show":{"title":"B"}}"#, column: "title", value: "B"),
        Cell(json: #"{"movie":{"title":"A","title":null},"show":{"title":"B"}}"#, column: "title", value: "B"),
        Cell(json: #"{"movie":["title","A"]}"#, column: "title", value: nil, misfits: 1),
        Cell(json: #"17"#, column: "id", value: nil),
        Cell(json: #""17""#, column: "id", value: nil),
        Cell(json: #"[{"id":1}]"#, column: "id", value: nil),
        Cell(json: #"{}"#, column: "id", value: nil),
    ])
    func `a value fits its column or is null and counted`(cell: Cell) throws {
        for before in ["", #"{"id":1,"movie":{"title":"x","year":2,"rating":1},"type":"t"},"#] {
            let (batch, mismatches) = try plays.read("[\(before)\(cell.json)]")
            #expect(batch[batch.count - 1, try plays.schema.field(cell.column)] == cell.value)
            #expect(mismatches == cell.misfits)
        }
    }

    @Test(arguments: ["[]", " [ ] ", "\u{FEFF}[]", "[\n]\r\n\t"])
    func `an empty array has no records`(text: String) throws {
        #expect(try plays.read(text).batch.isEmpty)
    }

    @Test(arguments: [
        "", "\n\n", "\u{FEFF}", "{\"id\":1}", "{\"id\":1}\n{\"id\":2}\n", " {\"id\":1}\r\n\r\n{\"id\":2}{\"id\":3}",
    ])
    func `lines are read without an array`(text: String) throws {
        let ids = try plays.read(text, .lines).batch.records.map(\.[0])
        #expect(ids == [1, 2, 3].prefix(text.count { $0 == "{" }).map { .integer($0) })
    }

    @Test func `a number at the end of the last line may be cut anywhere`() throws {
        for chunk in 1...6 {
            #expect(try plays.read(Array("12 345".utf8), .lines, chunk: chunk, window: 1).batch.count == 2)
        }
    }

    @Test func `values nest 512 deep and no deeper`() throws {
        func nested(_ depth: Int) -> String {
            // The array and the record are two.
            let lists = depth - 2
            return "[{\"x\":" + String(repeating: "[", count: lists) + String(repeating: "]", count: lists) + "}]"
        }
        #expect(try plays.read(nested(512)).batch.count == 1)
        let complaint = try plays.complaint(about: nested(513))
        #expect(
            complaint?.hasPrefix("plays.json: error[json.depth]: record 1 is nested more than 512 levels deep") == true
        )
        let objects = "[" + String(repeating: "{\"x\":", count: 511) + "1" + String(repeating: "}", count: 511) + "]"
        #expect(try plays.read(objects).batch.count == 1)
        let open = "[" + String(repeating: "[", count: 1_000_000)
        #expect(try plays.complaint(about: open)?.contains("json.depth") == true)
    }

    @Test(arguments: [1, 2, 3, 1000])
    func `pages join to the whole`(page: Int) throws {
        var reader = JSONRowReader(ChunkedBytes(Plays.document), rows: try plays.rows(), name: "plays.json")
        var records: [[Value]] = []
        var positions: [String] = []
        var more = true
        while more {
            var batch = Batch(plays.schema)
            more = try reader.read(into: &batch, atMost: page)
            #expect(batch.count <= page)
            records += batch.records
            positions += (0..<batch.count).map { batch.position(of: $0) }
        }
        #expect(records == Plays.documentRecords)
        #expect(positions == ["record 1", "record 2", "record 3", "record 4"])
        #expect(reader.recordsRead == 4)
    }

    @Test(arguments: 0...6)
    func `skipping takes up reading at any record`(skipped: Int) throws {
        var reader = JSONRowReader(ChunkedBytes(Plays.document), rows: try plays.rows(), name: "plays.json")
        try reader.skip(skipped)
        #expect(reader.recordsRead == min(skipped, 4))
        var batch = Batch(plays.schema)
        while try reader.read(into: &batch, atMost: 10) {}
        #expect(batch.records == Array(Plays.documentRecords.dropFirst(skipped)))
        if !batch.isEmpty { #expect(batch.position(of: 0) == "record \(skipped + 1)") }
    }

    @Test func `a batch with 8 MiB of text is full`() throws {
        let text = String(repeating: "x", count: 1 << 20)
        let json = "[" + (0..<20).map { _ in "{\"type\":\"\(text)\"}" }.joined(separator: ",") + "]"
        var reader = JSONRowReader(ChunkedBytes(json), rows: try plays.rows(), name: "plays.json")
        var counts: [Int] = []
        var more = true
        while more {
            var batch = Batch(plays.schema)
            more = try reader.read(into: &batch, atMost: 1000)
            counts.append(batch.count)
        }
        #expect(counts == [8, 8, 4])
    }

    /// A source is Sendable and keeps its place behind a lock.
    private final class Shelf: Sendable {
        let reader = Mutex<JSONRowReader<ChunkedBytes>?>(nil)
    }

    @Test func `a reader can be kept behind a lock`() throws {
        let shelf = Shelf()
        let fresh = JSONRowReader(ChunkedBytes(Plays.document), rows: try plays.rows(), name: "plays.json")
        shelf.reader.withLock { $0 = fresh }
        var records: [[Value]] = []
        var more = true
        while more {
            var batch = Batch(plays.schema)
            more = try shelf.reader.withLock { try $0?.read(into: &batch, atMost: 3) ?? false }
            records += batch.records
        }
        #expect(records == Plays.documentRecords)
    }
}
