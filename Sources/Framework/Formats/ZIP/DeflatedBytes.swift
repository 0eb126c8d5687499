/// Compresses bytes as a raw deflate stream (RFC 1951).
public enum DeflatedBytes {
    /// Compresses bytes.
    ///
    /// - Parameters:
    ///   - bytes: What to compress.
    ///   - level: 1 (fast) to 9 (small).
    /// - Returns: The stream; nil if it would not be shorter, or if memory is insufficient.
    public static func pack(_ bytes: [UInt8], level: Int = 1) -> [UInt8]? {
        guard var deflater = Deflater(level: level) else { return nil }
        var packed: [UInt8] = []
        packed.reserveCapacity(bytes.count / 2)
        _ = bytes.withUnsafeBytes { deflater.deflate($0, isLast: true, to: &packed) }
        return packed.count < bytes.count ? packed : nil
    }

    /// Decompresses what `pack` has compressed.
    ///
    /// - Parameters:
    ///   - packed: The stream.
    ///   - count: The number of bytes that it holds.
    /// - Returns: The bytes; nil if the stream is invalid or holds another number of bytes.
    public static func unpack(_ packed: [UInt8], count: Int) -> [UInt8]? {
        // Deflate expands a byte to at most 1032, so a count from a damaged file cannot allocate much memory.
        guard 0...packed.count &* 1032 ~= count, let inflater = Inflater() else { return nil }
        var isWhole = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { output, produced in
            let step = packed.withUnsafeBytes { inflater.inflate($0, into: UnsafeMutableRawBufferPointer(output)) }
            produced = step.produced
            guard step.produced == count, step.consumed == packed.count, case .ended = step.state else { return }
            isWhole = true
        }
        return isWhole ? bytes : nil
    }
}
