import Diagnostics
import Testing

@testable import Records

@Suite struct BatchTests {
    let schema: Schema = ["title": .text, "year": .integer, "day": .text]

    private struct Stop: Error {}

    @Test func `a filter that throws loses no record and doubles none`() throws {
        var batch = Batch(schema, records: (1...6).map { [.text("t\($0)"), .integer(Int64($0)), nil] })
        let year = try schema.field("year")
        #expect(throws: Stop.self) {
            try batch.keep { batch, row in
                if batch.integer(row, in: year) == 4 { throw Stop() }
                return batch.integer(row, in: year) == 2
            }
        }
        #expect(batch.records.map { $0[1] } == [2, 4, 5, 6])
        #expect(batch.position(of: 1) == "record 4")
    }

    @Test func `a column that is made of another shares its text`() {
        var batch = Batch(schema, records: [["2014-09-01T09:10:11.000Z", 1, nil]])
        let size = batch.bytesOfText
        batch.reshape(to: schema, from: [0, 1, 0])
        #expect(batch.records == [["2014-09-01T09:10:11.000Z", 1, "2014-09-01T09:10:11.000Z"]])
        #expect(batch.bytesOfText == size)
    }

    @Test func `bytes become a text`() throws {
        var batch = Batch(schema)
        let bytes = Array("Amélie".utf8)
        let (title, day) = (try schema.field("title"), try schema.field("day"))
        batch.appendRows(atMost: 2) { rows in
            rows.set(utf8: bytes.span, in: title)
            rows.set("", in: day)
            rows.endRow()
            rows.set(utf8: bytes.span, in: title)
            rows.setNull(in: title)
            rows.endRow()
        }
        #expect(batch.records == [["Amélie", nil, ""], [nil, nil, nil]])
        batch.clear(title) { _, row in row == 0 }
        #expect(batch.records == [[nil, nil, ""], [nil, nil, nil]])
    }

    @Test func `batches are equal by what they hold, not by how it lies`() throws {
        let left = Batch(schema, records: [["a", 1, "b"]])
        var right = Batch(schema, records: [["z", 9, "z"], ["x", 1, "b"]])
        right.origin = "other.json"
        #expect(left != right)
        right.keep { _, row in row == 1 }
        #expect(left != right)
        right.replace(try schema.field("title")) { _, out in out.append("a") }
        #expect(left == right)
        #expect(left != Batch(["title": .text, "year": .integer, "date": .text], records: [["a", 1, "b"]]))
        #expect(Batch(["r": .real], records: [[.real(.nan)]]) == Batch(["r": .real], records: [[.real(.nan)]]))
    }

    @Test func `a column can be made of another`() {
        var batch = Batch(schema, records: [["a", 1, "x"], ["b", 2, nil]])
        batch.reshape(to: ["day": .text, "copy": .text, "new": .integer], from: [2, 2, nil])
        #expect(batch.records == [["x", "x", nil], [nil, nil, nil]])
    }

    @Test func `a rejection holds the record and its number`() {
        var batch = Batch(schema, records: [["a", 1, nil], ["b", nil, "d"], ["c", 3, nil]])
        batch.origin = "plays.json"
        batch.reject(1, code: "test.no-year", because: "there is no year")
        #expect(batch.records == [["a", 1, nil], ["c", 3, nil]])
        #expect(
            batch.takeRejections() == [
                Rejection(
                    code: "test.no-year",
                    reason: "there is no year",
                    position: "plays.json, record 2",
                    record: [.init(name: "title", value: "b"), .init(name: "day", value: "d")]
                )
            ]
        )
        #expect(batch.rejections.isEmpty)
    }

    @Test func `records of several places are numbered by theirs, whatever went before them`() {
        var batch = Batch(schema)
        batch.begin("plays-1.json")
        batch.number(from: 501)
        for year in 1...3 as ClosedRange<Int64> { batch.append(["a", .integer(year), nil]) }
        batch.begin("plays-2.json")
        batch.number(from: 1)
        batch.append(["b", 4, nil])
        // A place goes on when it is read in two steps.
        batch.number(from: 2)
        for year in 5...6 as ClosedRange<Int64> { batch.append(["b", .integer(year), nil]) }
        batch.begin("plays-3.json")
        batch.append(["c", 7, nil])
        #expect(batch.origin == "plays-1.json to plays-3.json")
        batch.keep { batch, row in batch.integer(row, in: Field(index: 1, kind: .integer)) != 2 }
        batch.reject(0, code: "test.first", because: "it is the first")
        #expect(batch.takeRejections().map(\.position) == ["plays-1.json, record 501"])
        let positions = [
            "plays-1.json, record 503", "plays-2.json, record 1", "plays-2.json, record 2",
            "plays-2.json, record 3", "plays-3.json, record 1",
        ]
        #expect((0..<batch.count).map { batch.position(of: $0) } == positions)
        let part = batch.part(2..<5)
        #expect((0..<part.count).map { part.position(of: $0) } == Array(positions[2...]))
    }

    @Test func `a place without records leaves no trace`() {
        var batch = Batch(schema)
        batch.begin("plays-1.json")
        batch.number(from: 9)
        batch.begin("plays-2.json")
        batch.append(["a", 1, nil])
        #expect(batch.origin == "plays-2.json")
        #expect(batch.position(of: 0) == "plays-2.json, record 1")
        batch.begin("plays-3.json")
        batch.append(["a", 1, nil])
        batch.removeAll()
        batch.append(["a", 1, nil])
        #expect(batch.position(of: 0) == "plays-2.json, record 1")
        batch.removeAll()
        batch.begin("plays-3.json")
        batch.append(["a", 1, nil])
        #expect(batch.position(of: 0) == "plays-3.json, record 1")
    }

    /// Rows in blocks, as decoders append them.
    @Test(arguments: [0, 1, 3, 8])
    func `a block of rows is as good as one row after the other`(filled: Int) throws {
        var batch = Batch(schema, records: [["first", 0, nil]])
        batch.number(from: 10)
        let text = Array("abcdefgh".utf8)
        let year = try schema.field("year")
        text.withUnsafeBufferPointer { text in
            batch.appendRows(atMost: 8) { rows in
                let start = UInt64(rows.endOfText)
                for row in 0..<filled {
                    rows.put(word: start + UInt64(row) | 1 << 32, at: 0)
                    rows.set(Int64(row), in: year)
                    rows.endRow()
                }
                #expect(rows.isFull == (filled == 8))
                rows.append(text: text)
            }
        }
        batch.append(["last", 9, nil])
        let expected: [[Value]] = (0..<filled).map {
            [.text(String(decoding: [text[$0]], as: UTF8.self)), .integer(Int64($0)), nil]
        }
        #expect(batch.records == [["first", 0, nil]] + expected + [["last", 9, nil]])
        #expect(batch.position(of: filled + 1) == "record \(10 + filled)")
    }

    @Test func `a record that was not ended is left out, also where writing fails`() throws {
        var batch = Batch(schema)
        let (title, year) = (try schema.field("title"), try schema.field("year"))
        #expect(throws: Stop.self) {
            try batch.appendRows(atMost: 3) { rows throws(Stop) in
                rows.set("a", in: title)
                rows.set(1, in: year)
                rows.endRow()
                rows.set("b", in: title)
                throw Stop()
            }
        }
        #expect(batch.records == [["a", 1, nil]])
        batch.appendRows(atMost: 1) { rows in
            rows.set(2, in: year)
            rows.endRow()
        }
        #expect(batch.records == [["a", 1, nil], [nil, 2, nil]])
        #expect(batch.position(of: 1) == "record 2")
    }

    @Test func `rows are chosen by whole columns`() throws {
        var batch = Batch(
            ["n": .integer, "price": .real],
            records: (0..<200).map { [.integer($0), .real(Double($0) / 4)] }
        )
        let (n, price) = (try batch.schema.field("n"), try batch.schema.field("price"))
        let rows: [UInt32]
        do {
            let numbers = batch[integers: n], prices = batch[reals: price]
            rows = batch.rows { row in prices[row] > 12 && numbers[row] % 50 == 49 }
        }
        batch.keep(rows: rows)
        #expect(batch.records == [[49, 12.25], [99, 24.75], [149, 37.25], [199, 49.75]])
        #expect(batch.position(of: 1) == "record 100")
    }

    @Test func `a new column is null where one of its sources is`() throws {
        var batch = Batch(["a": .integer, "b": .real], records: [[1, 0.5], [nil, 1.5], [3, nil], [4, 2.5]])
        batch.reshape(to: batch.schema.adding("product", kind: .real))
        let (a, b) = (Field(index: 0, kind: .integer), Field(index: 1, kind: .real))
        batch.replace(reals: Field(index: 2, kind: .real), nullsOf: [a, b]) { batch, out in
            let left = batch[integers: a], right = batch[reals: b]
            for row in left.indices { out.append(Double(left[row]) * right[row]) }
        }
        #expect(batch.records.map { $0[2] } == [0.5, nil, nil, 10.0])
        batch.replace(integers: a) { batch, out in
            for row in 0..<batch.count { out.append(Int64(row)) }
        }
        #expect(batch.records.map { $0[0] } == [0, 1, 2, 3])
        let isFull = batch[presence: a].isFull
        #expect(isFull)
    }

    @Test func `a column stays as it was where replacing it fails`() throws {
        var batch = Batch(schema, records: [["a", 1, nil], ["b", nil, "d"]])
        let (title, year) = (try schema.field("title"), try schema.field("year"))
        #expect(throws: Stop.self) {
            try batch.replace(integers: year) { _, out throws(Stop) in
                out.append(7)
                throw Stop()
            }
        }
        #expect(throws: Stop.self) {
            try batch.replace(title) { _, out throws(Stop) in
                out.append("x")
                throw Stop()
            }
        }
        #expect(batch.records == [["a", 1, nil], ["b", nil, "d"]])
    }

    @Test func `cutting to less than nothing leaves nothing`() {
        var batch = Batch(schema, records: [["a", 1, nil]])
        batch.truncate(to: -1)
        #expect(batch.isEmpty)
    }
}
