/// Unpacks gzip (RFC 1952) that comes piece by piece, and says whether it came to its end.
///
/// Several members one behind the other are one text. The checksum and the length of each are compared; what stands
/// behind the last one must begin another.
package struct GzipUnpacker: ~Copyable {
    /// Why bytes cannot be unpacked.
    package enum Failure: Error, Sendable, Hashable {
        /// They make no sense; the library's words for it.
        case damaged(String)
        /// They end in the middle.
        case cutOff
        /// They become more than is allowed.
        case tooLarge
    }

    private static let pieceSize = 65_536

    private let inflater: Inflater
    private let piece: UnsafeMutableRawBufferPointer
    /// Whether a member has begun and not ended.
    private var isOpen = false
    private var hasBegun = false

    /// Nil if memory is short.
    package init?() {
        guard let inflater = Inflater(.gzip) else { return nil }
        self.inflater = inflater
        piece = .allocate(byteCount: Self.pieceSize, alignment: 16)
    }

    deinit { piece.deallocate() }

    /// Unpacks the next bytes.
    ///
    /// - Parameters:
    ///   - bytes: The packed bytes, cut anywhere.
    ///   - output: Gets what they become.
    ///   - limit: How long `output` may become.
    /// - Throws: `damaged`, or `tooLarge` before `output` has grown beyond the limit.
    package mutating func unpack(
        _ bytes: UnsafeRawBufferPointer,
        into output: inout [UInt8],
        limit: Int
    ) throws(Failure) {
        var input = bytes
        var isFull = false
        // A full piece may leave something in the inflater although the input is used up.
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

    /// Says that there are no more bytes.
    ///
    /// - Throws: `cutOff` unless a member has just ended.
    package consuming func finish() throws(Failure) {
        guard hasBegun, !isOpen else { throw .cutOff }
    }
}
