private import CZlib

/// Unpacks a deflate stream (RFC 1951), from buffer to buffer.
struct Inflater: ~Copyable {
    /// What stands round the stream.
    enum Framing: Int32 {
        // The numbers are zlib's: 15 bits of window, negative without a frame, 16 more for gzip's.
        /// Nothing: ZIP has its own.
        case bare = -15
        /// The header and the checksum of a member of gzip (RFC 1952); a wrong checksum is damage.
        case gzip = 31
    }

    /// What one step did.
    struct Step {
        /// How many bytes of the input were used.
        var consumed = 0
        /// How many bytes were put into the output.
        var produced = 0
        /// Whether the stream is whole or beyond help.
        var state = State.open
    }

    enum State {
        /// More output, more input, or both will come.
        case open
        /// The stream's last block has ended.
        case ended
        /// The stream makes no sense; zlib's words for it.
        case damaged(String)
    }

    // zlib remembers the address of the stream, so it must not move with the struct.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Nil if memory is short.
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

    /// Begins another stream.
    func restart() { inflateReset(stream) }

    /// Unpacks until the input is used up, the output is full, or the stream ends.
    func inflate(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Step {
        let offered = UInt32(clamping: input.count)
        let room = UInt32(clamping: output.count)
        // zlib does not write to its input; the type is from before `const`.
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
