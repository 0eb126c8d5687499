internal import Formats
internal import PluginKit

/// Encodes entries as bytes for stores outside of memory, and decodes them.
///
/// The encoding: the number of the format, the kind of the entry, its four times, the length of its bytes and the bytes
/// themselves (compressed, if that makes them shorter), as `StateWriter` writes them; then the CRC-32 of all that.
package struct EntryForm: Sendable {
    /// Entries of another format count as missing.
    private static let number: Int64 = 1
    private static let failure: Int64 = 1
    private static let packed: Int64 = 2
    /// Compressing smaller answers costs more than it saves.
    private static let leastPacked = 512

    /// The largest answer in bytes; an entry that states a larger size is not decompressed.
    package static let largest = 536_870_912

    private let packs: Bool

    /// Creates an encoding.
    ///
    /// - Parameter packs: Whether bytes are compressed if that makes them shorter.
    package init(packs: Bool) { self.packs = packs }

    /// Encodes an entry.
    package func bytes(of entry: CacheEntry) -> [UInt8] {
        let packed = packs && entry.bytes.count >= Self.leastPacked ? DeflatedBytes.pack(entry.bytes) : nil
        var writer = StateWriter()
        writer.write(Self.number)
        writer.write((entry.isFailure ? Self.failure : 0) | (packed == nil ? 0 : Self.packed))
        for time in [entry.storedAt, entry.freshUntil, entry.usableUntil, entry.keptUntil] { writer.write(time) }
        writer.write(Int64(entry.bytes.count))
        writer.write(packed ?? entry.bytes)
        let sum = CRC32(of: writer.bytes).value
        return writer.bytes + (0..<4).map { UInt8(truncatingIfNeeded: sum >> UInt32(8 * $0)) }
    }

    /// Decodes an entry.
    ///
    /// - Parameters:
    ///   - bytes: The encoded entry.
    ///   - limit: The largest answer, in bytes.
    /// - Returns: The entry; nil for anything else, such as damaged bytes, an entry of another version, or a larger
    ///   answer.
    package static func entry(from bytes: [UInt8], atMost limit: Int = largest) -> CacheEntry? {
        guard bytes.count > 4 else { return nil }
        let content = Array(bytes[..<(bytes.count - 4)])
        let sum = bytes.suffix(4).reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        guard CRC32(of: content).value == sum else { return nil }
        var reader = StateReader(content)
        // Bytes with the right checksum that cannot be decoded are from another version, and count as missing.
        return try? entry(from: &reader, limit: limit)
    }

    private static func entry(from reader: inout StateReader, limit: Int) throws(Diagnostic) -> CacheEntry {
        guard try reader.readInteger() == number else { throw StateReader.damaged }
        let kind = try reader.readInteger()
        let times = (
            stored: try reader.readInteger(), fresh: try reader.readInteger(),
            usable: try reader.readInteger(), kept: try reader.readInteger()
        )
        let count = try reader.readInteger()
        guard 0...Int64(limit) ~= count else { throw StateReader.damaged }
        var bytes: [UInt8]? = try reader.readBytes()
        if kind & packed != 0 { bytes = DeflatedBytes.unpack(bytes ?? [], count: Int(count)) }
        guard let bytes, reader.isAtEnd else { throw StateReader.damaged }
        return CacheEntry(
            bytes,
            isFailure: kind & failure != 0,
            storedAt: times.stored,
            freshUntil: times.fresh,
            usableUntil: times.usable,
            keptUntil: times.kept
        )
    }
}
