import Formats
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import StandardFiles

/// Files in other encodings than UTF-8, and how empty texts differ from null.
@Suite(.tags(.contract)) struct EncodingTests {
    private func bytes(_ records: Batch, _ options: String) async throws -> [UInt8] {
        try await SinkContract.verify(CSVSink.self, batches: Films.batches(of: records, size: 2)) {
            "path = \"\($0)/a.csv\"\n\(options)"
        }["a.csv"] ?? []
    }

    private static let records = Batch(["é": .text], records: [["a–€é"], ["\u{81}"], ["z"]])

    @Test func `Windows-1252 has a byte for each character`() async throws {
        let bytes = try await bytes(Self.records, "encoding = \"windows-1252\"")
        #expect(bytes == [0xE9, 0x0A, 0x61, 0x96, 0x80, 0xE9, 0x0A, 0x81, 0x0A, 0x7A, 0x0A])
    }

    @Test func `UTF-16 is little-endian and has a mark`() async throws {
        let bytes = try await bytes(Batch(["a": .text], records: [["🎬"], ["é"]]), "encoding = \"utf-16\"")
        #expect(
            bytes == [0xFF, 0xFE, 0x61, 0, 0x0A, 0, 0x3C, 0xD8, 0xAC, 0xDF, 0x0A, 0, 0xE9, 0, 0x0A, 0]
        )
    }

    @Test func `UTF-8 has a mark on request, also without a header`() async throws {
        let bytes = try await bytes(Batch(["a": .text], records: [["x"]]), "bom = true\nheader = false")
        #expect(bytes == [0xEF, 0xBB, 0xBF, 0x78, 0x0A])
    }

    @Test func `a record with a character that the encoding lacks is rejected`() async throws {
        let folder = try TemporaryFolder()
        let sink = try Bench().sink(
            CSVSink.self,
            options: "path = \"\(folder.path("a.csv"))\"\nencoding = \"latin-1\"",
            input: ["a": .text]
        )
        var batch = Batch(["a": .text], records: [["é"], ["–"], ["x"]])
        let mark = try sink.write(&batch, at: nil)
        #expect(batch.takeRejections().map(\.reason) == ["its 'a' has '–', which latin-1 cannot express"])
        #expect(try sink.finish(at: mark).written == 2)
        await sink.abandon(at: nil)
    }

    @Test(arguments: [
        ("", "a,b\n\"\",\n,1\n\"x,\",\n"), ("empty = \"nothing\"", "a,b\n,\n,1\n\"x,\",\n"),
        ("quote = \"all\"", "\"a\",\"b\"\n\"\",\n,\"1\"\n\"x,\",\n"),
        ("quote = \"all\"\nempty = \"nothing\"", "\"a\",\"b\"\n\"\",\"\"\n\"\",\"1\"\n\"x,\",\"\"\n"),
    ])
    func `an empty text is quoted and a null is nothing, unless that is not wanted`(
        options: String,
        expected: String
    ) async throws {
        let records = Batch(["a": .text, "b": .integer], records: [["", nil], [nil, 1], ["x,", nil]])
        #expect(String(decoding: try await bytes(records, options), as: UTF8.self) == expected)
    }
}
