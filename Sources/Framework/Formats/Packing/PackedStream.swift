/// Decompresses a stream of bytes, from buffer to buffer.
public protocol PackedStream: AnyObject {
    /// Whether a member or frame has just ended, so that the input may end here.
    var isComplete: Bool { get }

    /// Decompresses until the input is used up, the output is full, or a member or frame ends.
    ///
    /// If the output is full, more may follow although the input is used up. Nothing follows damage.
    ///
    /// - Parameters:
    ///   - input: The next compressed bytes.
    ///   - output: Receives the decompressed bytes; not empty.
    /// - Returns: How much was used and written, and whether there is damage.
    func unpack(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> PackedStep
}

/// What one step of decompression has done.
public struct PackedStep: Sendable, Hashable {
    /// The number of bytes of the input that were used.
    public let consumed: Int
    /// The number of bytes of the output that were written: valid, also before damage.
    public let produced: Int
    /// What is wrong with the input there, as text that fits after a colon; nil if it is valid so far.
    public let damage: String?

    /// Creates the result of a step.
    public init(consumed: Int = 0, produced: Int = 0, damage: String? = nil) {
        self.consumed = consumed
        self.produced = produced
        self.damage = damage
    }
}
