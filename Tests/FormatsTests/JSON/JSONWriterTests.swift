import Diagnostics
import Records
import TestTags
import Testing

@testable import Formats

@Suite(.tags(.fuzz)) struct JSONWriterTests {
    let value: JSONValue = [
        "title": "Alien³ \"x\\y\" /\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F} 日本 🎬",
        "numbers": [0, -1, .integer(.max), .integer(.min), 0.1, 1e300, -2.5e-10, 100.0],
        "nothing": nil, "empty": [[], [:], ""], "yes": true, "no": false,
    ]

    @Test func `a tree is written without a byte too many`() {
        var writer = JSONWriter()
        writer.write(value)
        #expect(writer.isComplete)
        #expect(
            String(decoding: writer.bytes, as: UTF8.self) == #"""
                {"title":"Alien³ \"x\\y\" /\b\f\n\r\t\u0000\u001f\#u{7F} 日本 🎬","numbers":[0,-1,9223372036854775807,-9223372036854775808,0.1,1e+300,-2.5e-10,100.0],"nothing":null,"empty":[[],{},""],"yes":true,"no":false}
                """#
        )
    }

    @Test func `a tree is written with a line for each value`() {
        var writer = JSONWriter(isPretty: true)
        writer.write(["title": "Heat", "ids": ["tmdb": 949, "more": []], "tags": ["a", 2, [:]], "none": nil])
        #expect(
            String(decoding: writer.bytes, as: UTF8.self) == """
                {
                  "title": "Heat",
                  "ids": {
                    "tmdb": 949,
                    "more": []
                  },
                  "tags": [
                    "a",
                    2,
                    {}
                  ],
                  "none": null
                }
                """
        )
    }

    @Test func `numbers that JSON does not have are null`() {
        var writer = JSONWriter()
        writer.array { array in
            for number in [Double.nan, .infinity, -.infinity, -0.0, 1e16, .leastNonzeroMagnitude] {
                array.write(number)
            }
            array.write(UInt64.max)
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "[null,null,null,-0.0,1e+16,5e-324,18446744073709551615]"
        )
    }

    @Test func `lines are records one below the other`() {
        var writer = JSONWriter()
        for id in 1...2 {
            writer.object { object in
                object.member("id", value: id)
                object.member("title", value: "é")
                object.member("rating", value: 8.5)
                object.member("private", value: false)
            }
            writer.endLine()
        }
        #expect(
            String(decoding: writer.takeBytes(), as: UTF8.self) == """
                {"id":1,"title":"é","rating":8.5,"private":false}
                {"id":2,"title":"é","rating":8.5,"private":false}

                """
        )
        #expect(writer.bytes.isEmpty)
    }

    @Test func `what is written is read back as it was`() throws {
        for isPretty in [false, true] {
            var writer = JSONWriter(isPretty: isPretty)
            writer.write(value)
            var expected = try #require(value.object)
            // A number that is whole is an integer, however it was written.
            expected[1].value = [0, -1, .integer(.max), .integer(.min), 0.1, 1e300, -2.5e-10, 100]
            #expect(try JSONValue(parsing: writer.bytes, name: "x") == .object(expected))
        }
    }

    /// Records of every kind, written as objects with their keys in any order, come back as they were.
    @Test(arguments: 0..<20)
    func `records written are the records read`(seed: UInt64) throws {
        var numbers = SteadyNumbers(seed)
        let schema: Schema = ["t": .text, "i": .integer, "r": .real, "b": .boolean, "m": .instant, "d": .date]
        let paths = [["a", "t"], ["a", "i"], ["r"], ["a", "deep", "b"], ["m"], ["d"]]
        let rows = JSONRows(zip(paths, schema.fields).map { .init($0, into: $1) })
        let records = (0..<Int.random(in: 0...300, using: &numbers)).map { _ in
            schema.columns.map { Self.value($0.kind, &numbers) }
        }

        var writer = JSONWriter(isPretty: seed % 2 == 0)
        writer.array { array in
            for record in records { Self.write(record, to: &array, &numbers) }
        }
        var reader = JSONRowReader(
            ChunkedBytes(writer.bytes, chunk: Int.random(in: 1...500, using: &numbers)),
            rows: rows,
            name: "x",
            windowSize: Int.random(in: 8...2000, using: &numbers)
        )
        var batch = Batch(schema)
        while try reader.read(into: &batch, atMost: Int.random(in: 1...100, using: &numbers)) {}
        #expect(batch.records == records)
        #expect(reader.mismatches == 0)
    }

    private static func write(_ record: [Value], to writer: inout JSONWriter, _ numbers: inout SteadyNumbers) {
        let (t, i, r, b, m) = (record[0].json, record[1].json, record[2].json, record[3].json, record[4].json)
        let deep: JSONValue = ["b": b, "junk": [1, ["x": nil]]]
        let a: JSONValue = .object(
            [.init("t", value: t), .init("i", value: i), .init("deep", value: deep), .init("junk", value: "\"{[")]
                .shuffled(using: &numbers)
        )
        let members: [JSONValue.Member] = [
            .init("a", value: a), .init("r", value: r), .init("m", value: m), .init("d", value: record[5].json),
            .init("other", value: []),
        ]
        writer.write(.object(members.shuffled(using: &numbers)))
    }

    private static func value(_ kind: Schema.Kind, _ numbers: inout SteadyNumbers) -> Value {
        if Int.random(in: 0..<6, using: &numbers) == 0 { return .null }
        switch kind {
        case .text:
            let alphabet = Array("aé日🎬\"\\\n\u{0}/ {}[],:\u{1F}zzzzzzzz")
            let count = Int.random(in: 0...30, using: &numbers)
            return .text(String((0..<count).map { _ in alphabet.randomElement(using: &numbers) ?? "x" }))
        case .integer:
            return .integer(
                Int64.random(in: .min ... .max, using: &numbers) >> Int64.random(in: 0...63, using: &numbers)
            )
        case .real:
            let real = Double(bitPattern: UInt64.random(in: .min ... .max, using: &numbers))
            return .real(real.isFinite ? real : 0.5)
        case .boolean: return .boolean(Bool.random(using: &numbers))
        case .instant:
            return .instant(Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &numbers))
        case .date: return .date(Int32.random(in: CivilDate.usualDays, using: &numbers))
        case .decimal, .bytes: return .null
        }
    }
}

extension Value {
    fileprivate var json: JSONValue {
        switch self {
        case .null: return .null
        case .boolean(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .real(let value): return .real(value)
        case .text(let value): return .string(value)
        case .instant, .date, .decimal, .bytes: return .string(plainText)
        }
    }
}
