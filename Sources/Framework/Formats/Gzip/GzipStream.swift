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
    public func unpack(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> PackedStep {
        if !isOpen {
            let zeros = hasBegun ? input.prefix { $0 == 0 }.count : 0
            guard zeros == 0 else { return PackedStep(consumed: zeros) }
            guard let first = input.first else { return PackedStep() }
            guard !hasBegun || first == 0x1f else {
                return PackedStep(damage: "what follows is neither another member nor zeros")
            }
            if hasBegun { inflater.restart() }
            (isOpen, hasBegun) = (true, true)
        }
        let step = inflater.inflate(input, into: output)
        var damage: String?
        switch step.state {
        case .open: break
        case .ended: isOpen = false
        case .damaged(let words): damage = words
        }
        return PackedStep(consumed: step.consumed, produced: step.produced, damage: damage)
    }
}
