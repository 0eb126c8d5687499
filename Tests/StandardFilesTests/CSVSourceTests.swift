import Diagnostics
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import StandardFiles

@Suite(.tags(.contract)) struct CSVSourceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What a source reads, held to the contract of sources, with pages of a few records.
    private func read(
        _ files: [String: String],
        _ options: String = "",
        path: String? = nil,
        batchSize: Int = 2,
        log: StageLog = StageLog()
    ) async throws -> Batch {
        for (name, text) in files { try folder.write(text, to: name) }
        let path = path ?? files.keys.sorted()[0]
        return try await SourceContract.verify(
            CSVSource.self,
            options: "path = \"\(folder.path(path))\"\n\(options)",
            on: Bench(batchSize: batchSize, log: log)
        )
    }

    /// The records of a file that are rejected.
    private func rejections(_ text: String, _ options: String) async throws -> [Rejection] {
        try folder.write(text, to: "a.csv")
        let source = try Bench(batchSize: 2).source(
            CSVSource.self,
            options: "path = \"\(folder.path("a.csv"))\"\n\(options)"
        )
        let schema = try await source.describe().schema
        var cursors: [FileCursor?] = [nil]
        var rejections: [Rejection] = []
        while let cursor = cursors.first {
            cursors.removeFirst()
            var batch = Batch(schema)
            if case .pages(let list) = try await source.readPage(at: cursor, into: &batch) { cursors += list }
            rejections += batch.rejections
        }
        return rejections
    }

    /// Why something cannot be read, without the folder.
    private func refusal(_ work: () async throws -> Batch) async -> String {
        do {
            _ = try await work()
            return ""
        } catch {
            let list = (error as? DiagnosticList)?.all ?? [error as? Diagnostic].compactMap { $0 }
            return list.map { $0.rendered().replacing(folder.path + "/", with: "") }.joined(separator: "\n")
        }
    }

    private func rows(_ batch: Batch) -> [[Value]] {
        (0..<batch.count).map { row in batch.schema.fields.map { batch[row, $0] } }
    }

    @Test func `cells are text, an empty one is null, and two quotes are an empty text`() async throws {
        let batch = try await read(["a.csv": "title,note\nHeat,\n\"Léon, \"\"the\"\" one\",\"\"\n\n,\"a\nb\"\nlast,1"])
        #expect(batch.schema == ["title": .text, "note": .text])
        #expect(
            rows(batch) == [
                [.text("Heat"), .null], [.text("Léon, \"the\" one"), .text("")], [.null, .text("a\nb")],
                [.text("last"), .text("1")],
            ]
        )
        let path = folder.path("a.csv")
        #expect((0..<4).map { batch.position(of: $0) } == [2, 3, 5, 7].map { "\(path), line \($0)" })
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `all line ends are read`(end: String) async throws {
        let batch = try await read(["a.csv": ["a,b", "1,2", "3,", "", "\"5\",\"6\""].joined(separator: end)])
        #expect(rows(batch) == [[.text("1"), .text("2")], [.text("3"), .null], [.text("5"), .text("6")]])
    }

    @Test func `columns choose, name and convert`() async throws {
        let batch = try await read(
            ["a.csv": "id,seen,a.b,c\n7,31.12.2024,x,1\n,,,2\n"],
            "columns = [\"seen as day: date %d.%m.%Y\", \"id: integer\", \"a.b\"]"
        )
        #expect(batch.schema == ["day": .date, "id": .integer, "a.b": .text])
        #expect(rows(batch) == [[.date(20088), .integer(7), .text("x")], [.null, .null, .null]])
    }

    @Test func `what does not fit is rejected with its line and its text`() async throws {
        let text = "id,n\n1,2\nx,3\n\"4\"z,5\n6\n7,8,9\n10,\"1\n1\"\n12,13\n"
        let options = "columns = [\"id: integer\", \"n: integer\"]"
        let batch = try await read(["a.csv": text], options)
        #expect(rows(batch) == [[.integer(1), .integer(2)], [.integer(12), .integer(13)]])
        let found = try await rejections(text, options).map { rejection in
            let text = rejection.record.first.map { "\($0.value)" } ?? ""
            return
                "\(rejection.position.split(separator: " ").last ?? "") \(rejection.code) \(rejection.reason) \(text)"
        }
        #expect(
            found == [
                "3 csv.value column 'id': \"x\" is not a whole number \(Value.text("x,3"))",
                "4 csv.quote field 1 continues after its closing quote \(Value.text("\"4\"z,5"))",
                "5 csv.fields it has 1 field, and the first record has 2 \(Value.text("6"))",
                "6 csv.fields it has 3 fields, and the first record has 2 \(Value.text("7,8,9"))",
                "7 csv.value column 'n': \"1␊1\" is not a whole number \(Value.text("10,\"1\n1\""))",
            ]
        )
    }

    @Test func `records of other widths are padded, or what is surplus is kept`() async throws {
        let file = ["a.csv": "a,b\n1\n2,3,4\n5,6\n"]
        let padded = try await read(file, "ragged = \"pad\"")
        #expect(rows(padded) == [[.text("1"), .null], [.text("5"), .text("6")]])
        #expect(try await rejections(file["a.csv"] ?? "", "ragged = \"pad\"").map(\.code) == ["csv.fields"])
        let all = try await read(file, "ragged = \"extra\"")
        #expect(
            rows(all) == [
                [.text("1"), .null, .null], [.text("2"), .text("3"), .text("[\"4\"]")],
                [.text("5"), .text("6"), .null],
            ]
        )
    }

    @Test(arguments: [1, 2, 5, 1000])
    func `files meet by the names in their headers`(batchSize: Int) async throws {
        let batch = try await read(
            ["in/a.csv": "a,b\n1,2\n3,4\n", "in/b.csv": "b,a\n6,5\n", "in/c.csv": "", "in/d.csv": "a,b\n7,8"],
            "file_column = \"file\"",
            path: "in/*.csv",
            batchSize: batchSize
        )
        let names = ["a", "a", "b", "d"].map { Value.text(folder.path("in/\($0).csv")) }
        let cells = [["1", "2"], ["3", "4"], ["5", "6"], ["7", "8"]]
        #expect(rows(batch) == zip(cells, names).map { [.text($0[0]), .text($0[1]), $1] })
        #expect(batch.position(of: 3) == "\(folder.path("in/d.csv")), line 2")
    }

    @Test func `a missing or an extra column is an error unless it is allowed`() async throws {
        let files = ["a.csv": "a,b\n1,2\n", "b.csv": "b,c\n3,4\n"]
        let refused = await refusal { try await read(files, path: "*.csv") }
        #expect(
            refused.contains("b.csv:1: error[csv.missing-column]: there is no column 'a' in this file")
        )
        #expect(refused.contains("error[csv.extra-column]: the first file has no column 'c', and this one has"))
        let batch = try await read(files, "missing = \"null\"\nextra = \"ignore\"", path: "*.csv")
        #expect(rows(batch) == [[.text("1"), .text("2")], [.null, .text("3")]])
    }

    @Test func `blank and repeated names in a header become different ones`() async throws {
        let batch = try await read(["a.csv": "a,,a,a_2\n1,2,3,4\n"])
        #expect(batch.schema.names == ["a", "column_2", "a_3", "a_2"])
    }

    @Test func `other signs, a preamble and comments are read as stated`() async throws {
        let batch = try await read(
            ["a.csv": "made today\n\n% names\na||b\n'x|''y'||\n% 'no\nz||'||'"],
            "delimiter = \"||\"\nquote = \"'\"\ncomment = \"%\"\nskip_lines = 1"
        )
        #expect(rows(batch) == [[.text("x|'y"), .null], [.text("z"), .text("||")]])
        let plain = try await read(
            ["b.csv": "1,\"2\n3,4\n"],
            "quote = \"none\"\nheader = false\ncolumns = [\"column_2 as n\"]",
            path: "b.csv"
        )
        #expect(rows(plain) == [[.text("\"2")], [.text("4")]])
    }

    @Test(
        arguments: [
            ("utf-16", [0xFF, 0xFE] + "a,b\né,😀\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, "é", "😀"),
            ("latin-1", Array("a,b\n".utf8) + [0xE9, 0x2C, 0x80, 0x0A], "é", "\u{80}"),
            ("windows-1252", Array("a,b\n".utf8) + [0xE9, 0x2C, 0x80, 0x0A], "é", "€"),
        ] as [(String, [UInt8], String, String)]
    )
    func `encodings are read as stated`(encoding: String, bytes: [UInt8], first: String, second: String) async throws {
        try folder.write(bytes, to: "a.csv")
        let batch = try await read([:], "encoding = \"\(encoding)\"", path: "a.csv", batchSize: 1)
        #expect(rows(batch) == [[.text(first), .text(second)]])
    }

    @Test(arguments: [
        ("a;b\n1;2\n3;4\n", "delimiter = \";\""),
        ("a\tb\n1\t2\n3\t4\n", "delimiter = \"\\t\""),
        ("Report of today\n\na,b\n1,2\n3,4\n5,6\n", "skip_lines = 2"),
    ])
    func `a file that contradicts the dialect is refused with the options to add`(
        text: String,
        options: String
    ) async throws {
        let refused = await refusal { try await read(["a.csv": text]) }
        #expect(refused.contains("error[csv.dialect]: the file is not written as stated"), "\(refused)")
        #expect(refused.contains("hint: add \(options), or dialect = \"guess\""), "\(refused)")
        let guessed = try await read(["a.csv": text], "dialect = \"guess\"")
        #expect(guessed.schema.names == ["a", "b"])
        #expect(rows(guessed).first == [.text("1"), .text("2")])
    }

    @Test func `kinds are guessed from a sample, and what does not fit later is rejected`() async throws {
        let text = "id,name,ok,day\n1,x,true,2024-02-29\n2,y,false,\nthree,z,true,2024-03-01\n"
        let options = "types = \"guess\"\nsample = 2"
        let batch = try await read(["a.csv": text], options)
        #expect(batch.schema == ["id": .integer, "name": .text, "ok": .boolean, "day": .date])
        #expect(batch.count == 2)
        #expect(try await rejections(text, options).map(\.code) == ["csv.value"])
    }

    @Test func `a column of JSON has values of JSON`() async throws {
        let text = "id,tags\n1,\"[1, \"\"a\"\"]\"\n2,\n3,[1\n"
        let batch = try await read(["a.csv": text], "columns = [\"id\", \"tags: json\"]")
        #expect(batch.schema.column("tags")?.holdsJSON == true)
        #expect(rows(batch) == [[.text("1"), .text("[1, \"a\"]")], [.text("2"), .null]])
    }

    @Test func `a guess that differs from that of the last run is a warning`() async throws {
        let kept = InMemoryValues()
        var found: [String] = []
        for text in ["a;b\n1;2\n", "a;b\n3;4\n", "a|b\n1|2\n"] {
            try folder.write(text, to: "a.csv")
            let log = StageLog()
            let source = try Bench(log: log, kept: kept).source(
                CSVSource.self,
                options: "path = \"\(folder.path("a.csv"))\"\ndialect = \"guess\""
            )
            var batch = Batch(try await source.describe().schema)
            _ = try await source.readPage(at: nil, into: &batch)
            found += log.all.map { "\($0.code): \($0.message)" }
        }
        #expect(
            found == [
                "csv.guess: guessed from the file: delimiter = \";\"",
                "csv.guess: guessed from the file: delimiter = \";\"",
                "csv.guess: guessed from the file: delimiter = \"|\"",
                "csv.guess-changed: the guess is not that of the last run, which was: delimiter = \";\"",
            ]
        )
    }

    @Test func `texts for null, and empty texts`() async throws {
        let batch = try await read(
            ["a.csv": "a,b\nNA,\n\"NA\",x\n"],
            "nulls = [\"NA\"]\nempty = \"text\""
        )
        #expect(rows(batch) == [[.null, .text("")], [.null, .text("x")]])
    }

    @Test(arguments: [
        ("a,b\n1,2\n3,\"4\n5,6\n", "a.csv:3: error[csv.unclosed-quote]"),
        ("", "error[csv.empty]"),
    ])
    func `a file that cannot be read ends the run where that begins`(text: String, expected: String) async throws {
        let refused = await refusal { try await read(["a.csv": text]) }
        #expect(refused.contains(expected), "\(refused)")
    }

    @Test(
        arguments: [
            ("utf-16", [0xFF, 0xFE, 0x6E, 0, 0x0A, 0, 0x61, 0, 0x0A, 0], [0x62, 0, 0x0A, 0]),
            ("latin-1", [0x6E, 0x0A, 0x61, 0x0A, 0xE9, 0xE9, 0x0A], [0x62, 0x0A]),
        ] as [(String, [UInt8], [UInt8])],
        [false, true]
    )
    func `a file of another encoding that has grown is read from its start`(
        file: (encoding: String, bytes: [UInt8], grown: [UInt8]),
        guesses: Bool
    ) async throws {
        let guess = "dialect = \"guess\"\nheader = true\ndelimiter = \",\"\nskip_lines = 0"
        let stated = guesses ? guess : "encoding = \"\(file.encoding)\""
        let options = "path = \"\(folder.path("a.csv"))\"\n\(stated)"
        try folder.write(file.bytes, to: "a.csv")
        let before = try await Bench().source(CSVSource.self, options: options).news(since: nil)
        try folder.write(file.bytes + file.grown, to: "a.csv")
        let log = StageLog()
        let source = try Bench(log: log).source(CSVSource.self, options: options)
        let news = try await source.news(since: before?.bookmark)
        var batch = Batch(try await source.describe().schema)
        _ = try await source.read(at: nil, for: ReadRequest(batch.schema, selection: news?.selection), into: &batch)
        #expect((0..<batch.count).compactMap { batch.text($0, in: batch.schema.fields[0]) }.first == "a")
        #expect((0..<batch.count).compactMap { batch.text($0, in: batch.schema.fields[0]) }.last == "b")
        #expect(log.all.contains { $0.code == "input.replaced" && $0.message.contains("has grown") })
    }

    @Test func `a place after the end of a converted text is an error`() async throws {
        try folder.write([0xFF, 0xFE, 0x6E, 0, 0x0A, 0, 0x61, 0, 0x0A, 0], to: "a.csv")
        let refused = await refusal {
            let source = try Bench().source(
                CSVSource.self,
                options: "path = \"\(folder.path("a.csv"))\"\nencoding = \"utf-16\""
            )
            var batch = Batch(try await source.describe().schema)
            _ = try await source.readPage(at: FileCursor(file: 0, offset: 10, line: 3, record: 1), into: &batch)
            return batch
        }
        #expect(refused.contains("error[file.shorter]"), "\(refused)")
    }

    @Test(arguments: [1, 2, 1000])
    func `the records before a file with another header are read first`(batchSize: Int) async throws {
        let files = ["a.csv": "a,b\n1,2\n3,4\n5,6\n", "b.csv": "c,d\n7,8\n"]
        for (name, text) in files { try folder.write(text, to: name) }
        let source = try Bench(batchSize: batchSize).source(
            CSVSource.self,
            options: "path = \"\(folder.path("*.csv"))\""
        )
        let schema = try await source.describe().schema
        var cursors: [FileCursor?] = [nil]
        var read = 0
        let refused = await refusal {
            while let cursor = cursors.first {
                cursors.removeFirst()
                var batch = Batch(schema)
                if case .pages(let list) = try await source.readPage(at: cursor, into: &batch) { cursors += list }
                read += batch.count
            }
            return Batch(schema)
        }
        #expect(read == 3)
        #expect(refused.contains("b.csv:1: error[csv.missing-column]"), "\(refused)")
    }

    @Test func `a boolean has the words of all text files`() async throws {
        let text = "ok\ntrue\nYES\n1\nt\nno\n0\nF\n"
        let batch = try await read(["a.csv": text], "columns = [\"ok: boolean\"]")
        #expect(rows(batch) == [true, true, true, true, false, false, false].map { [.boolean($0)] })
    }

    @Test(arguments: ["-1", "10000000000000"])
    func `a number of lines to skip that no file has is refused`(lines: String) async throws {
        let refused = await refusal { try await read(["a.csv": "a\n1\n"], "skip_lines = \(lines)") }
        #expect(refused.contains("error["), "\(refused)")
    }
}
