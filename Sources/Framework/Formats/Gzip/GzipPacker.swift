/// Compresses bytes as gzip (RFC 1952).
package enum GzipPacker {
    /// The levels: 1 is fast, 9 is small.
    package static let levels = 1...9

    /// Compresses bytes as one member; several members after each other are one file.
    ///
    /// - Parameters:
    ///   - bytes: What to compress.
    ///   - level: 1 (fast) to 9 (small).
    /// - Returns: The member; nil if memory is insufficient.
    package static func member(_ bytes: UnsafeRawBufferPointer, level: Int) -> [UInt8]? {
        guard var deflater = Deflater(level: level, framing: .gzip) else { return nil }
        var packed: [UInt8] = []
        packed.reserveCapacity(bytes.count / 3 + 64)
        _ = deflater.deflate(bytes, isLast: true, to: &packed)
        return packed
    }
}
