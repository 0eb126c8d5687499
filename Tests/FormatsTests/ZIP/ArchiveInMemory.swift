import PluginTestKit
import Diagnostics
import Formats

/// An archive in memory, read in pieces of at most `piece` bytes.
struct ArchiveInMemory: RandomAccessBytes {
    var bytes: [UInt8]
    var piece = Int.max

    init(_ bytes: [UInt8], piece: Int = .max) {
        self.bytes = bytes
        self.piece = piece
    }

    var count: Int { bytes.count }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int {
        let count = max(0, min(buffer.count, piece, bytes.count - offset))
        guard count > 0 else { return 0 }
        bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count])) }
        return count
    }
}

extension ZIPArchive {
    /// An archive in memory.
    init(_ bytes: [UInt8]) throws(Diagnostic) { try self.init(ArchiveInMemory(bytes), name: "test.zip") }

    /// What an entry unpacks to, read with a buffer of `room` bytes.
    func content(of entry: ZIPEntry, room: Int = 4096) throws(Diagnostic) -> [UInt8] {
        let input = try open(entry)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
        defer { buffer.deallocate() }
        var content: [UInt8] = []
        while true {
            let count = try input.read(into: buffer)
            guard count > 0 else { return content }
            content.append(contentsOf: buffer[..<count])
        }
    }

    /// What all entries unpack to.
    func contents(room: Int = 4096) throws(Diagnostic) -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for entry in entries { contents[entry.name] = try content(of: entry, room: room) }
        return contents
    }
}

/// What `work` throws, rendered; nil if it throws nothing.
func renderedFault<Result>(_ work: () throws -> Result) -> String? {
    do {
        _ = try work()
        return nil
    } catch {
        return (error as? Diagnostic)?.rendered() ?? "\(error)"
    }
}

extension SeededNumbers {
    /// Bytes that repeat themselves often enough to be packed.
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next() & 7) + UInt8(ascii: "a") }
    }
}

extension [UInt8] {
    /// The bytes that a text of base 64 stands for (RFC 4648); signs outside of the alphabet are skipped.
    init(base64 text: String) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        self = []
        var bits = 0
        var held = 0
        for sign in text.utf8 {
            guard let value = alphabet.firstIndex(of: sign) else { continue }
            held = held << 6 | value
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            append(UInt8(truncatingIfNeeded: held >> bits))
            held &= (1 << bits) - 1
        }
    }
}
