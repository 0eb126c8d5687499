import Diagnostics
import Records
import Testing

@testable import Formats

/// Pages of JSON texts, cut and decoded strictly.
@Suite struct JSONPagesTests {
    private static let schema = Schema([
        Schema.Column("id", kind: .integer), Schema.Column("title", kind: .text), Schema.Column("seen", kind: .date),
        Schema.Column("price", kind: .text, holdsJSON: true), Schema.Column("note", kind: .text),
    ])

    /// A decoder with a column of each way to use a value.
    private static func decoder(_ unknownKeys: JSONPageDecoder.UnknownKeys = .notRead) throws -> JSONPageDecoder {
        let fields = schema.fields
        return JSONPageDecoder(
            [
                .declared(["id"], into: fields[0], reader: try CellReader(.integer)),
                .init(["movie", "title"], into: fields[1]),
                .declared(["seen"], into: fields[2], reader: try CellReader(.date, format: "%d.%m.%Y")),
                .json(["price"], into: fields[3]),
                .declared(["note"], into: fields[4], reader: try CellReader(.text)),
            ],
            unknownKeys: unknownKeys
        )
    }

    /// What was read of a text.
    private struct Found: Equatable {
        var records: [[Value]] = []
        var numbers: [Int] = []
        var faults: [JSONFault] = []
        var pages = 0
    }

    private static func read(
        _ text: some Sequence<UInt8>,
        _ form: JSONCutter.Form = .lines,
        path: [String] = [],
        chunk: Int = .max,
        mostRecords: Int = 4000,
        usualBytes: Int = 512 << 10,
        unknownKeys: JSONPageDecoder.UnknownKeys = .notRead
    ) throws -> Found {
        let decoder = try decoder(unknownKeys)
        let cutter = JSONCutter(form, name: "plays.json", path: path, mostRecords: mostRecords, usualBytes: usualBytes)
        var rest = Array(text)[...]
        var found = Found()
        while true {
            while let page = try cutter.next() {
                var batch = Batch(schema)
                let result = decoder.decode(page, into: &batch)
                found.records += batch.records
                found.numbers +=
                    result.numbers.map { $0.map(Int.init) }
                    ?? Array(page.firstNumber..<page.firstNumber + batch.count)
                found.faults += result.faults
                found.pages += 1
            }
            if cutter.isAtEnd { return found }
            let room = cutter.room()
            let count = min(chunk, room.count, rest.count)
            room.copyBytes(from: rest.prefix(count))
            rest = rest.dropFirst(count)
            cutter.take(count)
        }
    }

    private static let lines = """
        \u{FEFF}{"id": 1, "movie": {"title": "Alien"}, "seen": "29.02.2024", "price": 1.10, "note": "ä"}\r

        {"id": "2", "price": "7", "note": 1.10, "other": {"a": [1, 2]}}
        {"id": 3, "seen": "30.02.2024"}
        {"id": 4,
        {"id": 5} x
        [1]
           \t
        {"price": {"a" : [1,  2]}, "note": true}
        {"movie": {"title": 7}}
        """

    private static let expected: [[Value]] = [
        [1, "Alien", .date(19_782), "1.10", "ä"], [2, nil, nil, "\"7\"", "1.10"],
        [nil, nil, nil, "{\"a\" : [1,  2]}", "true"],
    ]

    @Test func `a bad line costs no other`() throws {
        let found = try Self.read(Self.lines.utf8)
        #expect(found.records == Self.expected)
        #expect(found.numbers == [1, 3, 9])
        let faults = found.faults.map { "\($0.number):\($0.column ?? 0) \($0.code) \($0.reason)" }
        #expect(
            faults == [
                "4:19 json.kind 'seen' is not a date like %d.%m.%Y: found \"30.02.2024\"",
                "5:0 json.syntax the record ends in the middle",
                "6:11 json.syntax expected the end of the line, found 'x'",
                "7:0 json.object expected an object",
                "10:21 json.kind 'movie.title' is not a text: found 7",
            ]
        )
        #expect(found.faults[1].excerpt == "{\"id\": 4,")
    }

    @Test func `any size of pieces and pages gives the same`() throws {
        let whole = try Self.read(Self.lines.utf8)
        for chunk in 1...70 {
            for page in [1, 2, 100] {
                var found = try Self.read(Self.lines.utf8, chunk: chunk, mostRecords: page)
                found.pages = whole.pages
                #expect(found == whole, "pieces of \(chunk), pages of \(page)")
                found = try Self.read(Self.lines.utf8, chunk: chunk, usualBytes: 1 + chunk)
                found.pages = whole.pages
                #expect(found == whole, "pieces of \(chunk), pages of \(1 + chunk) bytes")
            }
        }
    }

    private static let values = [
        #"[{"id": 1, "note": "a"} , {"id": 2},{"id": "x"},{"price":[1,2]} , 7]"#,
        #"{"id": 1, "note": "a"}{"id": 2} {"id": "x"}\#n{"price":[1,2]}  7 \#n"#,
        #"{"more": [1, {"data": 2}], "data": {"x": "\"", "items": [{"id": 1, "note": "a"}, {"id": 2}, {"id": "x"}, "#
            + #"{"price":[1,2]}, 7], "y": [3]}, "z": {}}"#,
    ]

    @Test(arguments: [(0, []), (1, []), (2, ["data", "items"])] as [(Int, [String])])
    func `a list, a sequence and a list at a path have the same records`(text: Int, path: [String]) throws {
        let bytes = Array(Self.values[text].utf8)
        let whole = try Self.read(bytes, .values, path: path)
        #expect(whole.records == [[1, nil, nil, nil, "a"], [2, nil, nil, nil, nil], [nil, nil, nil, "[1,2]", nil]])
        #expect(whole.numbers == [1, 2, 4])
        #expect(whole.faults.map(\.number) == [3, 5])
        for chunk in 1...70 {
            for page in 1...6 {
                var found = try Self.read(bytes, .values, path: path, chunk: chunk, mostRecords: page)
                found.pages = whole.pages
                #expect(found == whole, "pieces of \(chunk), pages of \(page)")
            }
        }
    }

    @Test func `a page is cut again from its first byte`() throws {
        for (form, path, text) in [
            (JSONCutter.Form.lines, [], Self.lines), (.values, [], Self.values[0]), (.values, [], Self.values[1]),
            (.values, ["data", "items"], Self.values[2]),
        ] as [(JSONCutter.Form, [String], String)] {
            let bytes = Array(text.utf8)
            let cutter = JSONCutter(form, name: "plays.json", path: path, mostRecords: 2)
            feed(bytes, to: cutter)
            var cursors: [(offset: Int, number: Int, size: Int)] = []
            var before = (0, 1)
            while let page = try cutter.next() {
                cursors.append((before.0, before.1, page.size))
                before = (cutter.offset, cutter.number)
            }
            #expect(cursors.count > 2)
            for cursor in cursors.reversed() {
                let head = JSONCutter(form, name: "plays.json", path: path, mostRecords: 2)
                feed(bytes, to: head)
                #expect(try head.hasFound())
                let again = cursor.offset == 0 ? head : head.resumed(at: cursor.offset, number: cursor.number)
                if cursor.offset > 0 { feed(Array(bytes[cursor.offset...]), to: again) }
                let page = try again.next()
                #expect(page?.size == cursor.size)
                #expect(page?.firstNumber == cursor.number)
            }
        }
    }

    private func feed(_ bytes: [UInt8], to cutter: JSONCutter) { Self.feedAll(bytes, to: cutter) }

    private static func feedAll(_ bytes: [UInt8], to cutter: JSONCutter) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let room = cutter.room()
            let count = min(room.count, rest.count)
            room.copyBytes(from: rest.prefix(count))
            rest = rest.dropFirst(count)
            cutter.take(count)
        }
        cutter.take(0)
    }

    @Test func `unknown keys are rejected or counted`() throws {
        let text = #"{"id": 1, "movie": {"title": "x", "year": 1}}"# + "\n" + #"{"id": 2, "x": {"id": 7}}"#
        #expect(try Self.read(text.utf8).records.count == 2)
        let faults = try Self.read(text.utf8, unknownKeys: .reject).faults
        #expect(
            faults.map(\.reason) == [
                "the key 'movie.year' is not among the columns", "the key 'x' is not among the columns",
            ]
        )
        #expect(try Self.read(text.utf8, unknownKeys: .count).records.count == 2)
    }

    @Test(arguments: [
        ("", "json.truncated"), ("  ", "json.truncated"), ("[", "json.truncated"), ("[{}", "json.truncated"),
        ("[{},]", "json.syntax"), ("[{}]]", "json.syntax"), ("[{}] x", "json.syntax"), ("[{} {}]", "json.syntax"),
        ("{} x", "json.syntax"), ("[{}, {\"a\": }]", "json.syntax"), ("]", "json.syntax"), ("{}}", "json.syntax"),
        (String(repeating: "[", count: 100_000), "json.depth"),
    ])
    func `damage stops at its place`(text: String, code: String) throws {
        #expect {
            try Self.read(text.utf8, .values)
        } throws: { error in
            (error as? Diagnostic)?.code.name == code
        }
    }

    @Test func `bytes that are not UTF-8 reject their record alone`() throws {
        let text =
            Array(#"{"id": 1, "note": "é"}"#.utf8) + [0x0A] + Array(#"{"id": 2, "x": ""#.utf8) + [0xFF]
            + Array("\"}\n{\"id\": 3}".utf8)
        let found = try Self.read(text)
        #expect(found.records.map { $0[0] } == [1, 3])
        #expect(found.faults.map(\.code) == ["json.utf8"])
    }

    /// What a text with one page has in columns of these readers, all for the values of the key `a`.
    private static func values(
        of readers: [CellReader],
        in text: String,
        _ form: JSONCutter.Form = .lines
    ) throws -> (batch: Batch, faults: [JSONFault]) {
        let schema = Schema(readers.enumerated().map { Schema.Column("c\($0.offset)", kind: $0.element.kind) })
        let decoder = JSONPageDecoder(
            zip(readers, schema.fields).map { .declared(["a"], into: $0.1, reader: $0.0) },
            unknownKeys: .reject
        )
        let cutter = JSONCutter(form, name: "plays.json", usualBytes: 1 << 20)
        feedAll(Array(text.utf8), to: cutter)
        let page = try #require(try cutter.next())
        var batch = Batch(schema)
        let faults = decoder.decode(page, into: &batch).faults
        return (batch, faults)
    }

    @Test(
        arguments: [
            (.text, "true", true), (.text, "false", false), (.text, "7", true), (.text, "\"x\"", true),
            (.decimal, "1", true), (.decimal, "\"1,5\"", true), (.decimal, "1", false), (.decimal, "\"1.5\"", false),
            (.bytes, "\"AAAA\"", false),
        ] as [(Schema.Kind, String, Bool)]
    )
    func `columns of the same value share its text`(kind: Schema.Kind, value: String, hasComma: Bool) throws {
        let reader = try CellReader(kind, hasDecimalComma: hasComma)
        let lines = String(repeating: "{\"a\":\(value)}\n", count: 4000)
        let one = try Self.values(of: [reader], in: lines)
        let four = try Self.values(of: [reader, reader, reader, reader], in: lines)
        #expect(one.faults.isEmpty && four.faults.isEmpty)
        #expect(four.batch.records == one.batch.records.map { [$0[0], $0[0], $0[0], $0[0]] })
        #expect(one.batch.records.allSatisfy { $0[0] != nil })
        #expect(four.batch.bytesOfText == one.batch.bytesOfText)
    }

    @Test func `a number read with and without a decimal comma has room`() throws {
        let readers = try [false, true, false, true].map { try CellReader(.decimal, hasDecimalComma: $0) }
        let found = try Self.values(of: readers, in: String(repeating: "{\"a\":7}\n", count: 4000))
        #expect(
            found.batch.records
                == Array(repeating: Array(repeating: Value.decimal(ExactDecimal(7)), count: 4), count: 4000)
        )
    }

    @Test func `options that do not concern a kind change nothing`() throws {
        let kinds: [(Schema.Kind, String)] = [
            (.bytes, "\"AAAA\""), (.instant, "1409562611"), (.instant, "\"2014-09-01T09:10:11Z\""),
            (.date, "\"2014-09-01\""), (.integer, "7"), (.real, "1.5"), (.decimal, "1.5"),
        ]
        for (kind, value) in kinds {
            let plain = try Self.values(of: [CellReader(kind)], in: "{\"a\":\(value)}")
            #expect(plain.faults.isEmpty && plain.batch.count == 1)
            for (words, hasComma) in [
                (BooleanWords.standard, true), (BooleanWords(true: ["ja"], false: ["nein"]), false),
            ] {
                let reader = try CellReader(kind, words: words, hasDecimalComma: hasComma)
                let found = try Self.values(of: [reader], in: "{\"a\":\(value)}")
                #expect(found.faults.isEmpty, "\(kind)")
                #expect(found.batch.records == plain.batch.records, "\(kind)")
            }
        }
    }

    private static func nested(_ levels: Int) -> String {
        #"{"a":"# + String(repeating: "[", count: levels - 1) + String(repeating: "]", count: levels - 1) + "}"
    }

    /// A value may have 512 levels.
    @Test(
        arguments: [
            (.values, [], nested(512), true), (.lines, [], nested(512), true), (.lines, [], nested(513), false),
            (.values, [], "[\(nested(511))]", true), (.values, ["b"], "{\"b\":[\(nested(510))]}", true),
        ] as [(JSONCutter.Form, [String], String, Bool)]
    )
    func `a deep record costs no other`(form: JSONCutter.Form, path: [String], text: String, isRead: Bool) throws {
        // Between others: as values of a sequence, on lines, or as elements of a list.
        let deep = text.hasPrefix("{\"a\"")
        let other = deep ? "{\"a\":1}\n" : "{\"a\":1},"
        let list = deep ? text + "\n" : text.replacing("[{", with: "[\(other){").replacing("}]", with: "},{\"a\":1}]")
        let whole = deep ? other + list + other : list
        let schema = Schema([Schema.Column("a", kind: .text, holdsJSON: true)])
        let decoder = JSONPageDecoder([.json(["a"], into: schema.fields[0])])
        let cutter = JSONCutter(form, name: "plays.json", path: path)
        feed(Array(whole.utf8), to: cutter)
        let page = try #require(try cutter.next())
        var batch = Batch(schema)
        let result = decoder.decode(page, into: &batch)
        #expect(batch.count == (isRead ? 3 : 2))
        #expect(result.faults.map(\.code) == (isRead ? [] : ["json.depth"]))
    }

    @Test(
        arguments: [
            (#"\ud83d"#, nil), (#"x\udc00 and more text"#, nil), (#"\ud83d\ud83d\ude00"#, nil), (#"\ud83d\n"#, nil),
            (#"\ud83d\u0041"#, nil), (#"\ud83dx"#, nil), (#"\ude00\ud83d"#, nil), (#"\ud83d\ude00"#, "😀"),
            (#"\\ud83d"#, #"\ud83d"#), (#"\ufffd"#, "\u{FFFD}"), (#"\ud7ff\ue000"#, "\u{D7FF}\u{E000}"),
        ] as [(String, String?)]
    )
    func `half of a character is not a text`(escaped: String, text: String?) throws {
        let lines = "{\"a\":\"\(escaped)\"}\n{\"a\":\"b\"}"
        let schema = Schema([Schema.Column("a", kind: .text), Schema.Column("json", kind: .text, holdsJSON: true)])
        let fields = schema.fields
        let reader = try CellReader(.text)
        for columns in [
            [JSONRows.Column(["a"], into: fields[0])], [.declared(["a"], into: fields[0], reader: reader)],
            [.init(["a"], into: fields[0]), .json(["a"], into: fields[1])],
        ] {
            let cutter = JSONCutter(.lines, name: "plays.jsonl")
            feed(Array(lines.utf8), to: cutter)
            let page = try #require(try cutter.next())
            var batch = Batch(schema)
            let faults = JSONPageDecoder(columns).decode(page, into: &batch).faults
            #expect(faults.map(\.code) == (text == nil ? ["json.kind"] : []))
            #expect(batch.records.map { $0[0] } == (text.map { [.text($0)] } ?? []) + ["b"])
        }
        // What is kept as it is written does not change.
        let cutter = JSONCutter(.lines, name: "plays.jsonl")
        feed(Array(lines.utf8), to: cutter)
        let page = try #require(try cutter.next())
        var batch = Batch(schema)
        #expect(JSONPageDecoder([.json(["a"], into: fields[1])]).decode(page, into: &batch).faults.isEmpty)
        #expect(batch.records.map { $0[1] } == [.text("\"\(escaped)\""), "\"b\""])
    }

    private static func record(_ size: Int) -> String {
        "{\"id\":\"" + String(repeating: "x", count: size - 9) + "\"}"
    }

    /// Records of at most 50 bytes.
    @Test(
        arguments: [
            (.lines, record(50) + "\n" + record(50) + "\n" + record(50), 3, false),
            (.lines, record(10) + "\n" + record(51) + "\n" + record(10), 1, true),
            (.lines, record(10) + "\n" + record(51), 1, true), (.lines, record(300), 0, true),
            (.values, record(27) + record(50) + record(50), 3, false),
            (.values, record(27) + record(27) + record(51) + record(9), 2, true),
            (.values, "[" + record(49) + "," + record(49) + "]", 2, false),
            (.values, "[" + record(49) + "," + record(50) + "]", 1, true),
            (.values, record(10) + "[" + String(repeating: "1,", count: 60) + "x]", 1, true),
        ] as [(JSONCutter.Form, String, Int, Bool)]
    )
    func `a record is too large by its own length alone`(
        form: JSONCutter.Form,
        text: String,
        before: Int,
        isTooLarge: Bool
    ) {
        for chunk in Array(1...120) + [.max] {
            let cutter = JSONCutter(form, name: "plays.json", mostRecords: 1, maximumRecordSize: 50)
            var (rest, count, failure) = (Array(text.utf8)[...], 0, Diagnostic?.none)
            do throws(Diagnostic) {
                while !cutter.isAtEnd {
                    while let page = try cutter.next() { count += page.recordCount }
                    if cutter.isAtEnd { break }
                    let room = cutter.room()
                    let size = min(chunk, room.count, rest.count)
                    room.copyBytes(from: rest.prefix(size))
                    rest = rest.dropFirst(size)
                    cutter.take(size)
                }
            } catch {
                failure = error
            }
            #expect(failure?.code.name == (isTooLarge ? "json.too-large" : nil), "pieces of \(chunk)")
            #expect(count == before, "pieces of \(chunk)")
        }
    }

    @Test(arguments: [(0, 64), (100, 101), (nil, 64 << 10), (1 << 30, 64 << 10)] as [(Int?, Int)])
    func `a small text gets a small window`(size: Int?, room: Int) {
        #expect(JSONCutter(.lines, name: "plays.jsonl", expectedSize: size).room().count == room)
        let rest = JSONCutter(.lines, name: "plays.jsonl", expectedSize: size.map { $0 + 7 }).resumed(at: 7, number: 2)
        #expect(rest.room().count == room)
    }

    @Test func `a key with half of a character is not the key with U+FFFD`() throws {
        let schema: Schema = ["a": .integer]
        let columns = [JSONRows.Column(["\u{FFFD}"], into: schema.fields[0])]
        let cutter = JSONCutter(.lines, name: "plays.jsonl")
        feed(Array("{\"\\ufffd\":1}\n{\"\\ud83d\":2}\n{\"\u{FFFD}\":3}".utf8), to: cutter)
        let page = try #require(try cutter.next())
        var batch = Batch(schema)
        let faults = JSONPageDecoder(columns, unknownKeys: .reject).decode(page, into: &batch).faults
        #expect(batch.records == [[1], [3]])
        #expect(faults.map { "\($0.number) \($0.code)" } == ["2 json.key"])
    }
}
