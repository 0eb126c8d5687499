private import CZlib

/// The checksum of ZIP and gzip, over bytes in pieces.
///
/// Polynomial 0xEDB88320, as in PKWARE's APPNOTE 6.3.10, section 4.4.7. It detects accidental changes, not forgeries.
public struct CRC32: Sendable {
    /// The checksum of all bytes so far; 0 if there were none.
    public private(set) var value: UInt32 = 0

    /// Creates the checksum of no bytes.
    public init() {}

    /// The checksum of bytes whose first part was processed earlier.
    ///
    /// - Parameter value: The checksum of that part.
    public init(resuming value: UInt32) { self.value = value }

    /// The checksum of `bytes`.
    public init(of bytes: [UInt8]) {
        update(bytes.span)
    }

    /// Adds the next bytes.
    public mutating func update(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds the next bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        // For zlib, no address at all means "start again".
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        let sum = crc32_z(uLong(value), start.assumingMemoryBound(to: UInt8.self), bytes.count)
        value = UInt32(truncatingIfNeeded: sum)
    }
}
