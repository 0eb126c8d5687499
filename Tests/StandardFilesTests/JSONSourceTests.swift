import Diagnostics
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import StandardFiles

@Suite(.tags(.contract)) struct JSONSourceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(.inMemory) }

    /// What a source reads, held to the contract of sources, with pages of a few records.
    private func read<S: Source>(
        _ source: S.Type,
        _ files: [String: String],
        _ options: String = "",
        path: String? = nil,
        batchSize: Int = 2
    ) async throws -> Batch {
        for (name, text) in files { try folder.write(text, to: name) }
        let path = path ?? files.keys.sorted()[0]
        return try await SourceContract.verify(
            source,
            options: "path = \"\(folder.path(path))\"\n\(options)",
            on: Bench(batchSize: batchSize)
        )
    }

    private func lines(_ text: String, _ options: String = "", batchSize: Int = 2) async throws -> Batch {
        try await read(JSONLinesSource.self, ["a.jsonl": text], options, batchSize: batchSize)
    }

    private func values(_ text: String, _ options: String = "", batchSize: Int = 2) async throws -> Batch {
        try await read(JSONSource.self, ["a.json": text], options, batchSize: batchSize)
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

    private func rejections(_ batch: Batch) -> [String] {
        batch.rejections.map { rejection in
            let position = rejection.position.replacing(folder.path + "/", with: "")
            return "\(position) \(rejection.code): \(rejection.reason)"
        }
    }

    private static let films = """
        {"id": 1, "movie": {"title": "Alien", "ids": {"tmdb": 348}}, "price": 1.10, "code": "7", "tags": ["a", 1]}
        {"id": 2, "movie": {"title": "Heat", "ids": {"tmdb": null}}, "price": 2, "code": "", "tags": []}
        """

    @Test(arguments: [1, 2, 1000])
    func `undeclared values keep their JSON text and kind`(batchSize: Int) async throws {
        let batch = try await lines(Self.films, batchSize: batchSize)
        #expect(
            batch.schema
                == Schema([
                    Schema.Column("id", kind: .text, holdsJSON: true), Schema.Column("movie.title", kind: .text),
                    Schema.Column("movie.ids.tmdb", kind: .text, holdsJSON: true),
                    Schema.Column("price", kind: .text, holdsJSON: true), Schema.Column("code", kind: .text),
                    Schema.Column("tags", kind: .text, holdsJSON: true),
                ])
        )
        #expect(
            batch.records == [
                ["1", "Alien", "348", "1.10", "7", "[\"a\", 1]"], ["2", "Heat", nil, "2", "", "[]"],
            ]
        )
        let path = folder.path("a.jsonl")
        #expect((0..<2).map { batch.position(of: $0) } == ["\(path), line 1", "\(path), line 2"])
    }

    @Test func `columns choose, name and convert`() async throws {
        let batch = try await lines(
            Self.films,
            #"columns = ["movie.ids.tmdb as tmdb: integer", "price: decimal", "code", "movie: json", "*"]"#
        )
        #expect(batch.schema.names == ["tmdb", "price", "code", "movie", "id", "tags"])
        #expect(batch.records[0][0] == 348)
        #expect(batch.records[0][1].plainText == "1.10")
        #expect(batch.records[0][3] == #"{"title": "Alien", "ids": {"tmdb": 348}}"#)
    }

    @Test func `kinds are guessed from the sample, and a later value that does not fit is rejected`() async throws {
        let batch = try await lines(
            """
            {"n": 1, "d": "2024-02-29", "at": "2024-02-29T10:00:00Z", "b": true, "x": 1.5, "s": "1"}

            {"n": 20, "d": "2024-03-01", "at": null, "b": false, "x": 2, "s": "2"}
            {"n": 2.5, "d": "2024-03-01"}
            {"n": 3, "d": "01.03.2024"}
            {"n": 4, "s": 3}
            """,
            "types = \"guess\"\nsample = 2"
        )
        #expect(
            batch.schema == ["n": .integer, "d": .date, "at": .instant, "b": .boolean, "x": .decimal, "s": .text]
        )
        #expect(batch.count == 2)
        #expect(
            rejections(batch) == [
                "a.jsonl, line 4, column 7 json.kind: 'n' is not a whole number: found 2.5",
                "a.jsonl, line 5, column 15 json.kind: 'd' is not a date like 2024-02-29: found \"01.03.2024\"",
                "a.jsonl, line 6, column 15 json.kind: 's' is not a text: found 3",
            ]
        )
    }

    @Test func `keys that the sample does not have are rejected or counted`() async throws {
        let text = "{\"a\": {\"b\": 1}}\n{\"a\": {\"b\": 2, \"c\": 3}}\n{\"d\": 1}\n{\"a\": null}\n"
        let strict = try await lines(text, "sample = 1")
        #expect(strict.count == 2)
        #expect(
            rejections(strict) == [
                "a.jsonl, line 2, column 16 json.key: the key 'a.c' is not among the columns",
                "a.jsonl, line 3, column 2 json.key: the key 'd' is not among the columns",
            ]
        )
        let lenient = try await lines(text, "sample = 1\nextra = \"ignore\"", batchSize: 100)
        #expect(lenient.count == 4)
        #expect(
            lenient.remarks.map(\.text) == [
                "1 record has the key 'a.c', which no record of the sample has; it was not read",
                "1 record has the key 'd', which no record of the sample has; it was not read",
            ]
        )
        #expect(try await lines(text, #"columns = ["a.b"]"#).count == 4)
    }

    @Test func `null texts, words and decimal commas are options`() async throws {
        let batch = try await lines(
            #"{"n": "1,5", "b": "ja", "t": "-"}"# + "\n" + #"{"n": "-", "b": "nein", "t": "x"}"#,
            """
            columns = ["n: real", "b: boolean", "t: text"]
            nulls = ["-"]
            true_words = ["ja"]
            false_words = ["nein"]
            decimal_comma = true
            """
        )
        #expect(batch.records == [[1.5, true, nil], [nil, false, "x"]])
    }

    @Test func `a declared text takes numbers as they are written`() async throws {
        let batch = try await lines(
            "{\"a\": 1.10}\n{\"a\": true}\n{\"a\": \"x\"}\n{\"a\": [1]}",
            #"columns = ["a: text"]"#
        )
        #expect(batch.records == [["1.10"], ["true"], ["x"]])
        #expect(batch.rejections.count == 1)
    }

    @Test func `values that are no objects are one column`() async throws {
        let batch = try await values("[1.10, \"a\", [2], null, true]", "file_column = \"file\"")
        let file = Value.text(folder.path("a.json"))
        #expect(batch.schema.names == ["value", "file"])
        #expect(
            batch.records == [["1.10", file], ["\"a\"", file], ["[2]", file], ["null", file], ["true", file]]
        )
    }

    @Test(arguments: [
        ("[{\"a\": 1}, {\"a\": 2}, {\"a\": 3}]", ""), ("{\"a\": 1}{\"a\": 2}\n\n {\"a\": 3} ", ""),
        ("{\"x\": [], \"data\": {\"items\": [{\"a\": 1}, {\"a\": 2}, {\"a\": 3}], \"y\": 2}}", "at = \"data.items\""),
        ("{\"data\": {\"my.items\": [{\"a\": 1}, {\"a\": 2}, {\"a\": 3}]}}", "at = \"data.`my.items`\""),
    ])
    func `a list, values in sequence and a list at a path are records`(text: String, at: String) async throws {
        for batchSize in [1, 2, 3, 100] {
            let batch = try await values(text, "columns = [\"a: integer\"]\n\(at)", batchSize: batchSize)
            #expect(batch.records == [[1], [2], [3]])
        }
    }

    @Test func `damage ends the run at its place`() async throws {
        let damaged = await refusal { try await values("[{\"a\": 1}, {\"a\": 2}, {\"a\" 3}]") }
        #expect(
            damaged == """
                a.json: error[json.syntax]: record 3 is damaged at byte 26: expected ':', found '3'
                  hint: the records before it are intact; fetch or write the file again
                """
        )
        let cut = await refusal { try await values("[{\"a\": 1}, {\"a\": 2}, {\"a\"") }
        #expect(cut.contains("the file ends in the middle of record 3, at byte 25"))
        let elsewhere = await refusal { try await values("{\"data\": {\"list\": []}}", "at = \"data.items\"") }
        #expect(elsewhere.contains("there is no list of records at 'data.items'"))
    }

    @Test(arguments: [1, 2, 1000])
    func `several files are one after the other`(batchSize: Int) async throws {
        let files = [
            "in/a.jsonl": "{\"a\": 1}\n{\"a\": 2}\n", "in/b.jsonl": "", "in/c.jsonl": "\n{\"a\": 3}\nx\n",
            "in/d.jsonl": "{\"a\": 4}",
        ]
        let batch = try await read(
            JSONLinesSource.self,
            files,
            "columns = [\"a: integer\"]\nfile_column = \"file\"",
            path: "in/*.jsonl",
            batchSize: batchSize
        )
        let names = ["a", "a", "c", "d"].map { Value.text(folder.path("in/\($0).jsonl")) }
        #expect(batch.records == zip([1, 2, 3, 4], names).map { [$0, $1] })
        #expect((0..<4).map { batch.position(of: $0).suffix(6) } == ["line 1", "line 2", "line 2", "line 1"])
        #expect(rejections(batch) == ["in/c.jsonl, line 3, column 1 json.syntax: expected a value, found 'x'"])
    }

    @Test func `a column that no record has is refused`() async throws {
        let options = #"columns = ["movie.titel", "id: integer"]"#
        let found = await refusal { try await lines(Self.films, options) }
        #expect(
            found == """
                options:2:11: error[json.missing-column]: none of the 2 records of the sample from a.jsonl has 'movie.titel'
                    2 | columns = ["movie.titel", "id: integer"]
                      |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ did you mean 'movie.title'?
                """
        )
        #expect(try await lines(Self.films, options + "\nmissing = \"null\"").records == [[nil, 1], [nil, 2]])
    }

    @Test(arguments: [1, 2, 1000])
    func `a deep record in a sequence costs no other`(batchSize: Int) async throws {
        let deep = "{\"a\":" + String(repeating: "[", count: 511) + String(repeating: "]", count: 511) + "}"
        let batch = try await values("{\"a\":1} \(deep) {\"a\":2}", batchSize: batchSize)
        #expect(batch.count == 3)
        #expect(rejections(batch).isEmpty)
    }

    @Test(arguments: ["decimal_comma = true", "true_words = [\"ja\"]\nfalse_words = [\"nein\"]", ""])
    func `options for other kinds reject nothing`(options: String) async throws {
        let batch = try await lines(
            #"{"b": "AAAA", "t": 1409562611}"#,
            "columns = [\"b: bytes\", \"t: instant\"]\n\(options)"
        )
        #expect(rejections(batch).isEmpty)
        #expect(batch.records.map { $0[1] } == [.instant(1_409_562_611_000_000)])
    }
}
