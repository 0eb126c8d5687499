private import CZlib

/// Decompresses a deflate stream (RFC 1951), from buffer to buffer.
struct Inflater: ~Copyable {
    /// The framing around the stream.
    enum Framing: Int32 {
        // The numbers are zlib's: a window of 15 bits, negative for no framing, plus 16 for that of gzip.
        /// None: ZIP has its own.
        case bare = -15
        /// The header and the checksum of a gzip member (RFC 1952); a wrong checksum is an error.
        case gzip = 31
    }

    /// The result of one step.
    struct Step {
        /// The number of bytes of input used.
        var consumed = 0
        /// The number of bytes of output written.
        var produced = 0
        /// Whether the stream continues, has ended or is invalid.
        var state = State.open
    }

    enum State {
        /// More input or output will follow.
        case open
        /// The stream's last block has ended.
        case ended
        /// The stream is invalid; with zlib's description.
        case damaged(String)
    }

    // zlib stores the address of the stream, so it must not move with the struct.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Nil if memory is insufficient.
    init?(_ framing: Framing = .bare) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, framing.rawValue, ZLIB_VERSION, size) == Z_OK else {
            stream.deallocate()
            return nil
        }
        self.stream = stream
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Starts another stream.
    func restart() { inflateReset(stream) }

    /// Decompresses until the input is used up, the output is full, or the stream ends.
    func inflate(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Step {
        let offered = UInt32(clamping: input.count)
        let room = UInt32(clamping: output.count)
        // zlib does not write to its input; the type predates `const`.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        )
        stream.pointee.avail_in = offered
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = room
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        var step = Step()
        step.consumed = Int(offered) - Int(stream.pointee.avail_in)
        step.produced = Int(room) - Int(stream.pointee.avail_out)
        switch status {
        case Z_OK, Z_BUF_ERROR: step.state = .open
        case Z_STREAM_END: step.state = .ended
        default: step.state = .damaged(stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)")
        }
        return step
    }
}
