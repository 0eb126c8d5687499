/// Decompresses gzip (RFC 1952), from buffer to buffer.
///
/// Several consecutive members make one text. The checksum and length of each are verified. Zeros between and after
/// members are padding; other bytes there are damage.
public final class GzipStream: PackedStream {
    private let inflater: Inflater
    private var hasBegun = false
    private var isOpen = false

    /// Nil if memory is insufficient.
    public init?() {
        guard let inflater = Inflater(.gzip) else { return nil }
        self.inflater = inflater
    }

    /// Whether a member has just ended, so that the input may end here.
    public var isComplete: Bool { hasBegun && !isOpen }

    /// Decompresses the next bytes.
    ///
    /// - Throws: `PackedStreamDamage`, with zlib's description.
    public func unpack(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(PackedStreamDamage) -> (consumed: Int, produced: Int) {
        if !isOpen {
            let zeros = hasBegun ? input.prefix { $0 == 0 }.count : 0
            guard zeros == 0 else { return (zeros, 0) }
            guard let first = input.first else { return (0, 0) }
            guard !hasBegun || first == 0x1f else {
                throw PackedStreamDamage("what follows is neither another member nor zeros")
            }
            if hasBegun { inflater.restart() }
            (isOpen, hasBegun) = (true, true)
        }
        let step = inflater.inflate(input, into: output)
        switch step.state {
        case .open: break
        case .ended: isOpen = false
        case .damaged(let words): throw PackedStreamDamage(words)
        }
        return (step.consumed, step.produced)
    }
}
