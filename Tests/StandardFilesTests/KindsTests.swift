import Diagnostics
import Formats
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import StandardFiles

/// Values of every kind go through the sinks and through stored state as they are.
@Suite(.tags(.contract, .fuzz)) struct KindsTests {
    private static let schema = Schema([
        Schema.Column("text", kind: .text), Schema.Column("integer", kind: .integer),
        Schema.Column("real", kind: .real),
        Schema.Column("boolean", kind: .boolean), Schema.Column("instant", kind: .instant),
        Schema.Column("date", kind: .date),
        Schema.Column("decimal", kind: .decimal), Schema.Column("bytes", kind: .bytes),
        Schema.Column("list", kind: .text, holdsJSON: true),
    ])

    private static func decimal(_ text: String) -> Value { ExactDecimal(text).map(Value.decimal) ?? .null }

    private static let noted: [[Value]] = [
        [
            "a", 1, 0.5, true, .instant(1_409_562_611_987_654), .date(-719_162),
            decimal("12345678901234567890.123456789"), .bytes([0, 1, 0, 255]), .text(#"["a", {"b": null}]"#),
        ],
        [
            "", .integer(.min), -0.0, false, .instant(-62_135_596_800_000_000), .date(2_932_896),
            decimal("-99999999999999999999999999999999999999"), .bytes([]), "null",
        ],
        [nil, nil, nil, nil, nil, nil, nil, nil, nil],
        [
            "\"", .integer(.max), .real(.leastNonzeroMagnitude), true, .instant(253_402_300_799_999_999), .date(0),
            decimal("0.00000000000000000000000000000000000000"), .bytes(Array(0...255)), "-1.5e3",
        ],
    ]

    private static func random(_ kind: Schema.Column, _ numbers: inout SeededNumbers) -> Value {
        if Int.random(in: 0..<6, using: &numbers) == 0 { return .null }
        switch kind.kind {
        case .text where kind.holdsJSON:
            return [#"{"a":[1,2,{}]}"#, "[]", "0", #""x\n""#, "true", "[\n 1 ]"].randomElement(using: &numbers).map(
                Value.text
            ) ?? .null
        case .text:
            let letters = Array("aé日🎬\"\\\n\r,;'=\t x")
            let count = Int.random(in: 1...12, using: &numbers)
            return .text(String((0..<count).map { _ in letters.randomElement(using: &numbers) ?? "x" }))
        case .integer: return .integer(Int64.random(in: .min ... .max, using: &numbers))
        case .real:
            let real = Double(bitPattern: UInt64.random(in: .min ... .max, using: &numbers))
            return .real(real.isFinite ? real : 0.25)
        case .boolean: return .boolean(Bool.random(using: &numbers))
        case .instant:
            let moment = Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &numbers)
            return .instant(Bool.random(using: &numbers) ? moment : moment / 1000 * 1000)
        case .date: return .date(Int32.random(in: CivilDate.usualDays, using: &numbers))
        case .decimal:
            let digits = Int.random(in: 1...38, using: &numbers)
            let text = (0..<digits).map { _ in "\(Int.random(in: 0...9, using: &numbers))" }.joined()
            let exponent = Int.random(in: 0...digits, using: &numbers)
            return decimal("\(Bool.random(using: &numbers) ? "-" : "")\(text)e-\(exponent)")
        case .bytes:
            let count = Int.random(in: 1...20, using: &numbers)
            return .bytes((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &numbers) })
        }
    }

    private static func batches(_ seed: Int) -> [Batch] {
        var numbers = SeededNumbers(seed: UInt64(seed))
        let made = (0..<60).map { _ in schema.columns.map { random($0, &numbers) } }
        return Films.batches(
            of: Batch(schema, records: seed == 0 ? noted : made),
            size: Int.random(in: 1...70, using: &numbers)
        )
    }

    /// What a text of a CSV file stands for; nil if it is not a value of the kind.
    private static func value(_ text: String, _ kind: Schema.Kind) -> Value? {
        switch kind {
        case .text: .text(text)
        case .integer: Int64(text).map(Value.integer)
        case .real: Double(text).map(Value.real)
        case .boolean: Bool(text).map(Value.boolean)
        case .instant: ISO8601.microseconds(of: text.utf8.span).map(Value.instant)
        case .date: CivilDate.days(of: text.utf8.span).map(Value.date)
        case .decimal: ExactDecimal(text).map(Value.decimal)
        case .bytes: Base64.bytes(of: text.utf8.span).map(Value.bytes)
        }
    }

    /// The records as texts: equal decimal numbers with other digits are told apart.
    private static func texts(_ batches: [Batch]) -> [String] { batches.flatMap(\.records).map { "\($0)" } }

    @Test(arguments: 0..<8) func `a CSV file reads back as what was written`(seed: Int) async throws {
        let batches = Self.batches(seed)
        let bytes = try await SinkContract.verify(CSVSink.self, batches: batches) {
            "path = \"\($0)/all.csv\"\nnull = \"NULL\""
        }
        var reader = CSVReader(BytesInput(bytes["all.csv"] ?? []), dialect: CSVDialect(), name: "all.csv")
        var record = CSVRecord()
        #expect(try reader.read(into: &record))
        #expect(record.fields == Self.schema.names)
        var read = Batch(Self.schema)
        while try reader.read(into: &record) {
            read.append(
                try zip(record.fields, Self.schema.columns).map { text, column in
                    text == "NULL" ? .null : try #require(Self.value(text, column.kind), "\(column.name) '\(text)'")
                }
            )
        }
        #expect(Self.texts([read]) == Self.texts(batches))
    }

    @Test(arguments: 0..<8) func `a file of JSON lines reads back as what was written`(seed: Int) async throws {
        let batches = Self.batches(seed)
        let bytes =
            try await SinkContract.verify(JSONLinesSink.self, batches: batches) {
                "path = \"\($0)/all.jsonl\""
            }["all.jsonl"] ?? []
        #expect(bytes.count { $0 == 0x0A } == batches.reduce(0) { $0 + $1.count })
        let rows = JSONRows(
            zip(Self.schema.columns, Self.schema.fields).map { column, field in
                column.holdsJSON ? .json([column.name], into: field) : .init([column.name], into: field)
            },
            form: .lines
        )
        var reader = JSONRowReader(BytesInput(bytes), rows: rows, name: "all.jsonl")
        var read = Batch(Self.schema)
        while try reader.read(into: &read, atMost: 7) { #expect(reader.oddInstants.isEmpty) }
        #expect(reader.mismatches == 0)
        // Line ends within a JSON value are left out; a JSON null is a null.
        let expected = batches.flatMap(\.records).map { record in
            record.map { $0 == "[\n 1 ]" ? "[ 1 ]" : $0 == "null" ? .null : $0 }
        }
        #expect(read.records.map { "\($0)" } == expected.map { "\($0)" })
    }

    @Test(arguments: 0..<8) func `a batch is stored and read back as it was`(seed: Int) throws {
        for batch in Self.batches(seed) {
            var writer = StateWriter()
            batch.write(to: &writer)
            var reader = StateReader(writer.bytes)
            let read = try Batch(Self.schema, from: &reader)
            #expect(reader.isAtEnd)
            #expect(Self.texts([read]) == Self.texts([batch]))
            for value in batch.records.joined() {
                var writer = StateWriter()
                value.write(to: &writer)
                var reader = StateReader(writer.bytes)
                #expect("\(try Value(from: &reader))" == "\(value)")
            }
        }
    }

    @Test func `the forms are those that other programs read`() async throws {
        let batch = Batch(Self.schema, records: [Self.noted[0]])
        let csv = try await SinkContract.verify(CSVSink.self, batches: [batch]) { "path = \"\($0)/a.csv\"" }
        #expect(
            String(decoding: csv["a.csv"] ?? [], as: UTF8.self) == #"""
                text,integer,real,boolean,instant,date,decimal,bytes,list
                a,1,0.5,true,2014-09-01T09:10:11.987654Z,0001-01-01,12345678901234567890.123456789,AAEA/w==,"[""a"", {""b"": null}]"

                """#
        )
        let json = try await SinkContract.verify(JSONLinesSink.self, batches: [batch]) { "path = \"\($0)/a.jsonl\"" }
        #expect(
            String(decoding: json["a.jsonl"] ?? [], as: UTF8.self) == #"""
                {"text":"a","integer":1,"real":0.5,"boolean":true,"instant":"2014-09-01T09:10:11.987654Z","date":"0001-01-01","decimal":12345678901234567890.123456789,"bytes":"AAEA/w==","list":["a", {"b": null}]}

                """#
        )
    }

    @Test func `a text that is to hold JSON and does not is rejected, and the others are written`() async throws {
        let schema = Schema([Schema.Column("id", kind: .integer), Schema.Column("tags", kind: .text, holdsJSON: true)])
        let texts = ["[1]", "", "[1", "tags", "{}"]
        let folder = try TemporaryFolder()
        let sink = try Bench().sink(JSONLinesSink.self, options: "path = \"\(folder.path("a.jsonl"))\"", input: schema)
        var batch = Batch(schema, records: texts.enumerated().map { [.integer(Int64($0)), .text($1)] })
        let mark = try sink.write(&batch, at: nil)
        let rejections = batch.takeRejections()
        #expect(rejections.map(\.code) == Array(repeating: "json-lines.not-json", count: 3))
        #expect(rejections.map(\.reason) == ["", "[1", "tags"].map { "its 'tags' is not JSON: '\($0)'" })
        #expect(rejections.map(\.position) == ["record 2", "record 3", "record 4"])
        #expect(try sink.finish(at: mark).written == 2)
        #expect(try folder.text(of: "a.jsonl.part") == "{\"id\":0,\"tags\":[1]}\n{\"id\":4,\"tags\":{}}\n")
    }
}
