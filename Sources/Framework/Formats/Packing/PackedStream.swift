/// Decompresses a stream of bytes, from buffer to buffer.
public protocol PackedStream: AnyObject {
    /// Whether a member or frame has just ended, so that the input may end here.
    var isComplete: Bool { get }

    /// Decompresses until the input is used up, the output is full, or a member or frame ends.
    ///
    /// If the output is full, more may follow although the input is used up.
    ///
    /// - Parameters:
    ///   - input: The next compressed bytes.
    ///   - output: Receives the decompressed bytes; not empty.
    /// - Returns: How many bytes of the input were used, and how many of the output were written.
    /// - Throws: `PackedStreamDamage`.
    func unpack(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(PackedStreamDamage) -> (consumed: Int, produced: Int)
}

/// Compressed bytes are invalid.
public struct PackedStreamDamage: Error, Sendable, Hashable {
    /// The library's description, as text that fits after a colon.
    public let words: String

    /// Creates the error with a description.
    public init(_ words: String) { self.words = words }
}
