/// Bytes packed by themselves, as a raw deflate stream (RFC 1951).
public enum DeflatedBytes {
    /// Packs bytes.
    ///
    /// - Parameters:
    ///   - bytes: What to pack.
    ///   - level: 1 (fast) to 9 (small).
    /// - Returns: The stream; nil if it would not be shorter, or memory is short.
    public static func pack(_ bytes: [UInt8], level: Int = 1) -> [UInt8]? {
        guard var deflater = Deflater(level: level) else { return nil }
        var packed: [UInt8] = []
        packed.reserveCapacity(bytes.count / 2)
        _ = bytes.withUnsafeBytes { deflater.deflate($0, isLast: true, to: &packed) }
        return packed.count < bytes.count ? packed : nil
    }

    /// Unpacks what `pack` has packed.
    ///
    /// - Parameters:
    ///   - packed: The stream.
    ///   - count: How many bytes it holds.
    /// - Returns: The bytes; nil if the stream is damaged or holds another number of them.
    public static func unpack(_ packed: [UInt8], count: Int) -> [UInt8]? {
        // Deflate makes at most 1032 bytes of one, so a number from a damaged file takes no memory.
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
