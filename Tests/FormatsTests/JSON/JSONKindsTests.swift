import Diagnostics
import Records
import Testing

@testable import Formats

/// Dates, decimal numbers, bytes and JSON as it is written, out of JSON into columns.
@Suite struct JSONKindsTests {
    private static let schema = Schema([
        Schema.Column("text", kind: .text), Schema.Column("decimal", kind: .decimal),
        Schema.Column("bytes", kind: .bytes),
        Schema.Column("date", kind: .date), Schema.Column("json", kind: .text, holdsJSON: true),
        Schema.Column("again", kind: .decimal),
        Schema.Column("inner", kind: .integer), Schema.Column("innerJSON", kind: .text, holdsJSON: true),
    ])
    private static let fields = schema.fields

    /// One value in a column of each kind, and what lies in it.
    private static let rows = JSONRows(
        [
            .init(["n"], into: fields[0]), .init(["n"], into: fields[1]), .init(["n"], into: fields[2]),
            .init(["n"], into: fields[3]),
            .json(["n"], into: fields[4]), .init(["n"], into: fields[5]), .init(["n", "a"], into: fields[6]),
            .json(["n", "a"], into: fields[7]),
        ],
        form: .lines
    )

    private func read(_ text: String, window: Int) throws -> (records: [[Value]], mismatches: Int) {
        var batch = Batch(Self.schema)
        var reader = JSONRowReader(
            ChunkedBytes(Array(text.utf8), chunk: 3),
            rows: Self.rows,
            name: "kinds.jsonl",
            windowSize: window
        )
        while try reader.read(into: &batch, atMost: 5) {}
        return (batch.records, reader.mismatches)
    }

    private static func decimal(_ text: String) -> Value { ExactDecimal(text).map(Value.decimal) ?? .null }

    /// A value; what a text, a decimal number, bytes and a date make of it; the object's `a`; and how many of the seven
    /// columns of values it does not fit, JSON apart.
    private static let values: [(json: String, [Value], inner: Value, misfits: Int)] = [
        ("null", [nil, nil, nil, nil], nil, 0),
        ("12.50", [nil, decimal("12.50"), nil, nil], nil, 4),
        ("12345678901234567890.123456789", [nil, decimal("12345678901234567890.123456789"), nil, nil], nil, 4),
        ("1e400", [nil, nil, nil, nil], nil, 6),
        (#""AAEA""#, ["AAEA", nil, .bytes([0, 1, 0]), nil], nil, 4),
        (#""1234""#, ["1234", decimal("1234"), .bytes([0xD7, 0x6D, 0xF8]), nil], nil, 2),
        (#""2014-09-01""#, ["2014-09-01", nil, nil, .date(16314)], nil, 4),
        (#""2014-02-29""#, ["2014-02-29", nil, nil, nil], nil, 5),
        (#""""#, ["", nil, .bytes([]), nil], nil, 4),
        (#""é\n""#, ["é\n", nil, nil, nil], nil, 5),
        ("true", [nil, nil, nil, nil], nil, 6),
        (#"[1, {"a": "é"}]"#, [nil, nil, nil, nil], nil, 6),
        ("{}", [nil, nil, nil, nil], nil, 5),
        (#"{"b":[],"a": 7}"#, [nil, nil, nil, nil], 7, 5),
    ]

    @Test(arguments: [1, 2, 5, 16, 40, 1 << 16]) func `a value fills every column that it fits`(window: Int) throws {
        var document = ""
        var expected: [[Value]] = []
        for (json, values, inner, _) in Self.values {
            document += "{\"x\":1,\"n\":\(json)}\n"
            let written: Value = json == "null" ? .null : .text(json)
            expected.append(values + [written, values[1], inner, inner == .null ? .null : .text("7")])
        }
        let found = try read(document, window: window)
        for (record, expectation) in zip(found.records, expected) { #expect("\(record)" == "\(expectation)") }
        #expect(found.records.count == expected.count)
        #expect(found.mismatches == Self.values.reduce(0) { $0 + $1.misfits })
    }

    @Test func `the last of several values of one key counts`() throws {
        let found = try read(#"{"n":"MTI=","n":1.5}"# + "\n" + #"{"n":2,"n":null}"#, window: 64)
        #expect(found.records[0].map { "\($0)" }[1...4] == ["\(Self.decimal("1.5"))", "null", "null", #"text("1.5")"#])
        #expect(found.records[1].allSatisfy { $0 == .null })
    }

    @Test(arguments: [1, 16, 64, 1000, 1 << 16]) func `numbers that are shorter than their coefficients have room`(
        window: Int
    ) throws {
        let schema: Schema = ["n": .decimal, "t": .text]
        let rows = JSONRows([.init([""], into: schema.fields[0]), .init(["t"], into: schema.fields[1])], form: .lines)
        let document = String(repeating: #"{"":1}{"":2}{"t":"abc","":3}"#, count: 2000)
        var reader = JSONRowReader(ChunkedBytes(document), rows: rows, name: "n", windowSize: window)
        var batch = Batch(schema)
        while try reader.read(into: &batch, atMost: 999) {}
        #expect(batch.count == 6000)
        for row in 0..<batch.count {
            guard batch.decimal(row, in: schema.fields[0])?.integer == Int64(row % 3 + 1) else {
                Issue.record("row \(row)")
                return
            }
        }
        #expect(batch[5999] == [Self.decimal("3"), "abc"])
    }

    @Test func `JSON that is kept as it is written is checked to be UTF-8`() throws {
        var bytes = Array("{\"n\":[\"x\"]}".utf8)
        bytes[7] = 0xFF
        var reader = JSONRowReader(ChunkedBytes(bytes, chunk: 4), rows: Self.rows, name: "n", windowSize: 16)
        var batch = Batch(Self.schema)
        #expect(throws: Diagnostic.self) { try reader.read(into: &batch, atMost: 5) }
    }
}
