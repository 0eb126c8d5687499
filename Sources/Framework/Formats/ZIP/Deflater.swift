private import CZlib

/// Compresses bytes to a deflate stream (RFC 1951).
struct Deflater: ~Copyable {
    // zlib stores the address of the stream, so it must not move with the struct.
    private let stream: UnsafeMutablePointer<z_stream>
    private let piece: UnsafeMutableBufferPointer<UInt8>

    /// Nil if memory is insufficient.
    ///
    /// - Parameters:
    ///   - level: 1 (fast) to 9 (small); other values are limited to that range.
    ///   - framing: The framing around the stream.
    init?(level: Int, framing: Inflater.Framing = .bare) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream,
            Int32(min(max(level, 1), 9)),
            Z_DEFLATED,
            framing.rawValue,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard status == Z_OK else {
            stream.deallocate()
            return nil
        }
        self.stream = stream
        piece = .allocate(capacity: 65_536)
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        piece.deallocate()
    }

    /// Compresses bytes and appends available output.
    ///
    /// - Parameters:
    ///   - bytes: What to compress.
    ///   - isLast: Whether the stream ends with these bytes.
    ///   - output: Where to append.
    /// - Returns: The number of bytes appended.
    mutating func deflate(_ bytes: UnsafeRawBufferPointer, isLast: Bool, to output: inout [UInt8]) -> Int {
        let start = output.count
        var offset = 0
        repeat {
            let count = min(bytes.count - offset, 1 << 30)
            let endsHere = isLast && offset + count == bytes.count
            // zlib does not write to its input; the type predates `const`.
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: bytes.baseAddress.map { ($0 + offset).assumingMemoryBound(to: UInt8.self) }
            )
            stream.pointee.avail_in = UInt32(count)
            repeat {
                stream.pointee.next_out = piece.baseAddress
                stream.pointee.avail_out = UInt32(piece.count)
                _ = CZlib.deflate(stream, endsHere ? Z_FINISH : Z_NO_FLUSH)
                output.append(contentsOf: piece[..<(piece.count - Int(stream.pointee.avail_out))])
            } while stream.pointee.avail_out == 0
            offset += count
        } while offset < bytes.count
        return output.count - start
    }
}
