import Diagnostics
import Formats
import Synchronization
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct ZIPRoundTripTests {
    static let methods: [ZIPWriter.Method] = [.stored, .deflate(level: 1), .deflate(), .deflate(level: 9)]

    @Test(arguments: methods, [0, 1, 255, 65_535, 65_536, 300_000])
    func `what is written is read, in pieces of any size`(method: ZIPWriter.Method, size: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(size))
        let content = numbers.bytes(size)
        var writer = ZIPWriter()
        try writer.add("whole", content: content, method: method)
        try writer.begin("pieces", method: method)
        var rest = content[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(Int.random(in: 1...50_000, using: &numbers)))
            try writer.write(piece.span)
            rest = rest.dropFirst(piece.count)
        }
        try writer.end()
        let bytes = try writer.finish()
        for piece in [size > 1000 ? 1000 : 1, .max] {
            let archive = try ZIPArchive(ArchiveInMemory(bytes, piece: piece), name: "test.zip")
            #expect(archive.entries.map(\.name) == ["whole", "pieces"])
            for room in [size > 1000 ? 999 : 1, 131_072] {
                for entry in archive.entries {
                    #expect(entry.uncompressedSize == size)
                    #expect(try archive.content(of: entry, room: room) == content)
                }
            }
        }
    }

    @Test func `pieces handed to a sink make the archive that is kept in memory`() throws {
        var numbers = SeededNumbers(seed: 5)
        let content = numbers.bytes(200_000)
        func write(_ writer: consuming ZIPWriter) throws(Diagnostic) -> [UInt8] {
            try writer.add("folder/", content: [])
            try writer.begin("a", method: .stored, size: content.count)
            try writer.write(content.span)
            try writer.end()
            try writer.add("b", content: content)
            return try writer.finish()
        }
        var pieces: [UInt8] = []
        let left = try write(
            ZIPWriter { piece throws(Diagnostic) in
                for index in piece.indices { pieces.append(piece[index]) }
            }
        )
        #expect(left.isEmpty)
        #expect(try pieces == write(ZIPWriter()))
        #expect(try ZIPArchive(pieces).entries.map(\.isDirectory) == [true, false, false])
    }

    @Test func `an archive without entries is read`() throws {
        #expect(try ZIPArchive(ZIPWriter().finish()).entries.isEmpty)
    }

    @Test func `seventy thousand entries need ZIP64 and get it`() throws {
        var writer = ZIPWriter()
        for number in 0..<70_000 { try writer.add("\(number)", content: [1], method: .stored) }
        let archive = try ZIPArchive(writer.finish())
        #expect(archive.entries.count == 70_000)
        #expect(try archive.content(of: archive.entries[69_999]) == [1])
    }

    @Test func `an entry and an offset beyond 4 GiB are read`() throws {
        let zeros = [UInt8](repeating: 0, count: 1 << 24)
        let file = HollowFile()
        var writer = ZIPWriter { piece throws(Diagnostic) in file.append(piece) }
        try writer.begin("large", method: .stored, size: 257 << 24)
        for _ in 0..<257 { try writer.write(zeros.span) }
        try writer.end()
        try writer.add("behind", content: Array("it is far".utf8))
        _ = try writer.finish()

        let archive = try ZIPArchive(file, name: "test.zip")
        #expect(archive.entries.map(\.uncompressedSize) == [257 << 24, 9])
        #expect(try archive.content(of: archive.entries[1]) == Array("it is far".utf8))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 24, alignment: 1)
        defer { buffer.deallocate() }
        let input = try archive.open(archive.entries[0])
        var total = 0
        while case let count = try input.read(into: buffer), count > 0 { total += count }
        #expect(total == 257 << 24)
    }

    @Test func `an open entry can be kept behind a lock`() throws {
        var writer = ZIPWriter()
        try writer.add("a", content: [1, 2, 3])
        let archive = try ZIPArchive(writer.finish())
        let shelf = Mutex<ZIPEntryInput?>(nil)
        try shelf.withLock { $0 = try archive.open(archive.entries[0]) }
        let (count, bytes) = try shelf.withLock { input in
            var bytes: [UInt8] = [0, 0, 0, 0]
            let count = try bytes.withUnsafeMutableBytes { try input?.read(into: $0) }
            return (count, bytes)
        }
        #expect(count == 3)
        #expect(bytes == [1, 2, 3, 0])
    }
}

/// A file that keeps only pieces of less than a MiB; larger ones are zeros.
private final class HollowFile: RandomAccessBytes {
    private let zeros = [UInt8](repeating: 0, count: 1 << 24)
    private let state = Mutex<(count: Int, pieces: [(offset: Int, bytes: [UInt8])])>((0, []))

    var count: Int { state.withLock { $0.count } }

    func append(_ piece: Span<UInt8>) {
        var bytes: [UInt8]?
        if piece.count < 1 << 20 { bytes = piece.indices.map { piece[$0] } }
        let count = piece.count
        state.withLock { state in
            if let bytes { state.pieces.append((state.count, bytes)) }
            state.count += count
        }
    }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
        state.withLock { state in
            let end = min(offset + buffer.count, state.count)
            guard offset < end else { return 0 }
            buffer.copyBytes(from: zeros.prefix(end - offset))
            for piece in state.pieces {
                let overlap = (piece.offset..<piece.offset + piece.bytes.count).clamped(to: offset..<end)
                for index in overlap { buffer[index - offset] = piece.bytes[index - piece.offset] }
            }
            return end - offset
        }
    }
}
