/// Decompresses gzip (RFC 1952) in pieces, and detects an incomplete end.
///
/// Several consecutive members make one text. The checksum and length of each are verified; bytes after the last member
/// must begin another one.
public struct GzipUnpacker: ~Copyable {
    /// Why bytes cannot be decompressed.
    public enum Failure: Error, Sendable, Hashable {
        /// They are invalid; with zlib's description.
        case damaged(String)
        /// They are incomplete.
        case cutOff
        /// The result is larger than the limit.
        case tooLarge
    }

    private static let pieceSize = 65_536

    private let inflater: Inflater
    private let piece: UnsafeMutableRawBufferPointer
    /// Whether a member has begun and not ended.
    private var isOpen = false
    private var hasBegun = false

    /// Nil if memory is insufficient.
    public init?() {
        guard let inflater = Inflater(.gzip) else { return nil }
        self.inflater = inflater
        piece = .allocate(byteCount: Self.pieceSize, alignment: 16)
    }

    deinit { piece.deallocate() }

    /// Decompresses the next bytes.
    ///
    /// - Parameters:
    ///   - bytes: The compressed bytes, in pieces of any size.
    ///   - output: Receives the decompressed bytes.
    ///   - limit: The maximum length of `output`.
    /// - Throws: `damaged`, or `tooLarge` before `output` exceeds the limit.
    public mutating func unpack(
        _ bytes: UnsafeRawBufferPointer,
        into output: inout [UInt8],
        limit: Int
    ) throws(Failure) {
        var input = bytes
        var isFull = false
        // After a full piece, the inflater may hold more output although the input is used up.
        while !input.isEmpty || isFull {
            if !isOpen {
                if hasBegun { inflater.restart() }
                (isOpen, hasBegun) = (true, true)
            }
            let step = inflater.inflate(input, into: piece)
            input = UnsafeRawBufferPointer(rebasing: input[step.consumed...])
            guard output.count + step.produced <= limit else { throw .tooLarge }
            output.append(contentsOf: piece[..<step.produced])
            isFull = step.produced == piece.count
            switch step.state {
            case .open: break
            case .ended: (isOpen, isFull) = (false, false)
            case .damaged(let words): throw .damaged(words)
            }
        }
    }

    /// Ends the input.
    ///
    /// - Throws: `cutOff` unless a member has just ended.
    public consuming func finish() throws(Failure) {
        guard hasBegun, !isOpen else { throw .cutOff }
    }
}
