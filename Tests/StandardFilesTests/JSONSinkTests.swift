import Formats
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import StandardFiles

@Suite(.tags(.contract)) struct JSONSinkTests {
    private func files(_ batches: [Batch], _ options: String = "") async throws -> [String: String] {
        try await SinkContract.verify(JSONSink.self, batches: batches) { folder in
            "path = \"\(folder)/films.json\"\n\(options)"
        }.mapValues { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [1, 2, 5]) func `the records are one array`(size: Int) async throws {
        let text = try await files(Films.batches(of: Films.awkward, size: size))["films.json"] ?? ""
        #expect(text.hasPrefix("[\n{\"title\":\"Heat\",\"year\":1995,\"score\":8.3,"))
        #expect(text.hasSuffix("\"at\":\"1970-01-01T00:00:00.000Z\"}\n]\n"))
        let rows = JSONRows(zip(Films.schema.names, Films.schema.fields).map { .init([$0], into: $1) })
        var reader = JSONRowReader(BytesInput(Array(text.utf8)), rows: rows, name: "films.json")
        var read = Batch(Films.schema)
        while try reader.read(into: &read, atMost: 100) {}
        #expect(read == Films.awkward)
    }

    @Test func `without records it is an empty array`() async throws {
        #expect(try await files([Batch(Films.schema)]) == ["films.json": "[]\n"])
    }

    @Test func `pretty is a line for each value`() async throws {
        let records = Batch(["a": .text, "b": .integer], records: [["x", 1], [nil, nil]])
        #expect(
            try await files([records], "pretty = true")["films.json"] == """
                [
                  {
                    "a": "x",
                    "b": 1
                  },
                  {}
                ]

                """
        )
    }

    @Test(arguments: [1, 2, 5]) func `each part is an array`(size: Int) async throws {
        let expected = [
            "films-01.json": "[\n{\"title\":\"Film 1\",\"n\":1},\n{\"title\":\"Film 2\",\"n\":2}\n]\n",
            "films-02.json": "[\n{\"title\":\"Film 3\",\"n\":3}\n]\n",
        ]
        let batches = Films.batches(of: Films.numbered(3), size: size)
        #expect(try await files(batches, "max_rows = 2") == expected)
        // Two records have 55 bytes with their brackets.
        #expect(try await files(batches, "max_bytes = 57") == expected)
    }
}
