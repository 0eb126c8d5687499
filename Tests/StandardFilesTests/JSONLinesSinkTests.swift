import Diagnostics
import Formats
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import StandardFiles

@Suite(.tags(.contract)) struct JSONLinesSinkTests {
    /// What the sink leaves, held to the contract of sinks meanwhile.
    private func files(_ batches: [Batch], _ options: String = "", log: StageLog = StageLog()) async throws
        -> [String: String]
    {
        try await SinkContract.verify(JSONLinesSink.self, batches: batches, on: Bench(log: log)) { folder in
            "path = \"\(folder)/films.jsonl\"\n\(options)"
        }.mapValues { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `each record is an object on a line`() async throws {
        #expect(
            try await files([Films.awkward])["films.jsonl"] == #"""
                {"title":"Heat","year":1995,"score":8.3,"seen":true,"at":"2014-09-01T09:10:11.000Z"}
                {"title":"Say \"when\", Léon;\r\nplease\t\\ 🎬","year":-1,"score":-0.0,"seen":false,"at":"1969-12-31T23:59:59.999999Z"}
                {}
                {"title":"\#u{FEFF}first","year":9223372036854775807,"score":1e+300,"seen":true,"at":"9999-12-31T23:59:59.999999Z"}
                {"title":"=1+1\u0001\#u{7F}","year":-9223372036854775808,"score":5e-324,"seen":false,"at":"1970-01-01T00:00:00.000Z"}

                """#
        )
    }

    @Test(arguments: ["omit", "write"], [1, 2, 5])
    func `what is written is read back`(nulls: String, batchSize: Int) async throws {
        let batches = Films.batches(of: Films.awkward, size: batchSize)
        let text = try await files(batches, "nulls = \"\(nulls)\"")["films.jsonl"] ?? ""
        let rows = JSONRows(
            zip(Films.schema.names, Films.schema.fields).map { .init([$0], into: $1) },
            form: .lines
        )
        var reader = JSONRowReader(BytesInput(Array(text.utf8)), rows: rows, name: "films.jsonl")
        var read = Batch(Films.schema)
        while try reader.read(into: &read, atMost: 100) {}
        #expect(read == Films.awkward)
        #expect(reader.mismatches == 0)
    }

    @Test func `nulls are written where they are wanted`() async throws {
        let records = Batch(
            ["a \"b\"": .text, "c": .integer, "d": .integer],
            records: [[nil, 1, nil], [nil, nil, nil]]
        )
        #expect(
            try await files([records], "nulls = \"write\"")["films.jsonl"] == #"""
                {"a \"b\"":null,"c":1,"d":null}
                {"a \"b\"":null,"c":null,"d":null}

                """#
        )
        #expect(try await files([records])["films.jsonl"] == "{\"c\":1}\n{}\n")
    }

    @Test func `a number that JSON does not have is null, and told`() async throws {
        let log = StageLog()
        let records = Batch(["a": .real], records: [[.real(.nan)], [.real(-.infinity)], [1.5]])
        #expect(
            try await files([records], "nulls = \"write\"", log: log)["films.jsonl"]
                == "{\"a\":null}\n{\"a\":null}\n{\"a\":1.5}\n"
        )
        #expect(log.all.map(\.code) == ["json-lines.no-number"])
    }

    @Test func `without records the file is empty`() async throws {
        #expect(try await files([Batch(Films.schema)]) == ["films.jsonl": ""])
    }

    @Test(arguments: [1, 2, 5])
    func `parts are whole files`(batchSize: Int) async throws {
        let batches = Films.batches(of: Films.numbered(5), size: batchSize)
        let expected = [
            "films-01.jsonl": "{\"title\":\"Film 1\",\"n\":1}\n{\"title\":\"Film 2\",\"n\":2}\n",
            "films-02.jsonl": "{\"title\":\"Film 3\",\"n\":3}\n{\"title\":\"Film 4\",\"n\":4}\n",
            "films-03.jsonl": "{\"title\":\"Film 5\",\"n\":5}\n",
        ]
        #expect(try await files(batches, "max_rows = 2") == expected)
        // A line has 25 bytes.
        #expect(try await files(batches, "max_bytes = 50\ncolumns = [\"title\", \"n\"]") == expected)
    }
}
