import Formats
import PluginKit

@testable import InputFiles

/// Packed bytes, made by hand from the formats' rules.
enum PackedBytes {
    /// A gzip member (RFC 1952) of stored blocks (RFC 1951 §3.2.4).
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var member: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(block.count)
            member.append(rest.isEmpty ? 1 : 0)
            member += little(UInt64(block.count), bytes: 2) + little(UInt64(~UInt16(block.count)), bytes: 2)
            member += block
        } while !rest.isEmpty
        var crc = CRC32()
        bytes.withUnsafeBytes { crc.update($0) }
        return member + little(UInt64(crc.value), bytes: 4) + little(UInt64(bytes.count), bytes: 4)
    }

    /// A zstd frame (RFC 8878 §3.1.1) of raw blocks, without a checksum.
    static func zstd(_ bytes: [UInt8]) -> [UInt8] {
        // A single segment whose size has eight bytes.
        var frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0xe0] + little(UInt64(bytes.count), bytes: 8)
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(100_000)
            rest = rest.dropFirst(block.count)
            frame += little(UInt64(block.count << 3 | (rest.isEmpty ? 1 : 0)), bytes: 3) + block
        } while !rest.isEmpty
        return frame
    }

    /// A skippable zstd frame (RFC 8878 §3.1.2).
    static func skippable(_ bytes: [UInt8]) -> [UInt8] {
        [0x53, 0x2a, 0x4d, 0x18] + little(UInt64(bytes.count), bytes: 4) + bytes
    }

    private static func little(_ number: UInt64, bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }
}

extension InputFiles {
    /// The files of one pattern or several.
    static func trial(
        _ patterns: String...,
        context: StageContext,
        allowsNone: Bool = false
    ) throws -> InputFiles {
        try InputFiles(InputPatterns(patterns.map { try InputPattern($0) }), in: context, allowsNone: allowsNone)
    }

    /// Reads a file from an offset to its end, in pieces of a size.
    func all(of entry: InputFileEntry, from offset: Int = 0, pieces: Int = 10_000) async throws -> [UInt8] {
        try await open(entry, at: offset).all(pieces: pieces)
    }
}

extension InputBytes {
    /// Reads to the end, in pieces of a size.
    func all(pieces: Int = 10_000) async throws -> [UInt8] {
        var all: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieces, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            let got = try await read(into: buffer)
            guard got > 0 else { return all }
            all += buffer[..<got]
        }
    }
}
