import Diagnostics
import Formats
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import StandardFiles

/// Compressed files are as whole, and can be continued, as any.
@Suite(.tags(.contract)) struct PackedFileTests {
    private func unpacked(_ bytes: [UInt8]) throws -> String {
        guard var unpacker = GzipUnpacker() else { return "no memory" }
        var text: [UInt8] = []
        try bytes.withUnsafeBytes { bytes in
            try unpacker.unpack(bytes, into: &text, limit: 1 << 20)
        }
        try unpacker.finish()
        return String(decoding: text, as: UTF8.self)
    }

    @Test(arguments: ["films.csv.gz", "films.csv"], [1, 3, 7])
    func `a file of gzip keeps the laws of sinks and holds all records`(name: String, size: Int) async throws {
        let records = Films.numbered(7)
        let files = try await SinkContract.verify(CSVSink.self, batches: Films.batches(of: records, size: size)) {
            "path = \"\($0)/\(name)\"\ncompression = \"gzip\"\nlevel = 9"
        }
        let text = try unpacked(files[name] ?? [])
        #expect(text == "title,n\n" + (1...7).map { "Film \($0),\($0)\n" }.joined())
    }

    @Test(.enabled(if: (try? ZstandardPacker.prepare()) != nil, "libzstd is not installed"), arguments: [1, 3])
    func `a file of zstd keeps the laws of sinks and holds all records`(size: Int) async throws {
        let batches = Films.batches(of: Films.numbered(7), size: size)
        let files = try await SinkContract.verify(JSONLinesSink.self, batches: batches) {
            "path = \"\($0)/films.jsonl.zst\"\nlevel = 19"
        }
        let stream = try ZstandardStream()
        var packed = files["films.jsonl.zst"] ?? []
        var text: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 4096)
        while !packed.isEmpty {
            let step = packed.withUnsafeBytes { input in
                room.withUnsafeMutableBytes { stream.unpack(input, into: $0) }
            }
            #expect(step.damage == nil)
            guard step.damage == nil else { break }
            packed.removeFirst(step.consumed)
            text += room[..<step.produced]
        }
        #expect(stream.isComplete)
        #expect(text == Array((1...7).map { "{\"title\":\"Film \($0)\",\"n\":\($0)}\n" }.joined().utf8))
    }

    @Test func `parts are counted before compression, and have their numbers before both extensions`() async throws {
        let batches = Films.batches(of: Films.numbered(5), size: 2)
        let files = try await SinkContract.verify(JSONLinesSink.self, batches: batches) {
            // A line has 25 bytes.
            "path = \"\($0)/films.jsonl.gz\"\nmax_bytes = 50"
        }
        #expect(files.keys.sorted() == ["films-01.jsonl.gz", "films-02.jsonl.gz", "films-03.jsonl.gz"])
        let text = try files.sorted { $0.key < $1.key }.map { try unpacked($0.value) }.joined()
        #expect(text == (1...5).map { "{\"title\":\"Film \($0)\",\"n\":\($0)}\n" }.joined())
    }

    @Test func `a file without content is a whole member`() async throws {
        let files = try await SinkContract.verify(JSONLinesSink.self, batches: [Batch(Films.schema)]) {
            "path = \"\($0)/films.jsonl.gz\""
        }
        #expect(try unpacked(files["films.jsonl.gz"] ?? []) == "")
    }

    @Test func `large pieces become several members, in order`() throws {
        let bytes = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        let members = try Packing(form: .gzip, level: 1).members(of: bytes.span)
        #expect(members.count == 4)
        guard var unpacker = GzipUnpacker() else { return }
        var read: [UInt8] = []
        for member in members {
            try member.withUnsafeBytes { try unpacker.unpack($0, into: &read, limit: 1 << 20) }
        }
        try unpacker.finish()
        #expect(read == bytes)
    }
}
