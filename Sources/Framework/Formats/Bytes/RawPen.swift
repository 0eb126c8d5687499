/// Writes bytes through a pointer into room that is reserved for all of them together.
///
/// Unsafe, since an append to an array checks its capacity for every byte: that takes three times as long. The
/// caller has reserved the most that can be written, and `slack` bytes more, since short texts are copied sixteen bytes
/// at a time.
struct RawPen {
    /// Where the next byte goes.
    var next: UnsafeMutablePointer<UInt8>

    /// How many bytes after the last one may be overwritten.
    static let slack = 32

    /// Appends what `write` writes to an array.
    ///
    /// - Parameters:
    ///   - bytes: The array.
    ///   - limit: The most bytes that are written.
    ///   - write: Writes them.
    @inline(__always)
    static func append(to bytes: inout [UInt8], atMost limit: Int, write: (inout RawPen) -> Void) {
        bytes.append(addingCapacity: limit + slack) { output in
            output.withUnsafeMutableBufferPointer { room, initialized in
                guard let start = room.baseAddress else { return }
                var pen = RawPen(next: start)
                write(&pen)
                initialized = pen.next - start
                precondition(initialized <= limit, "more was written than was reserved")
            }
        }
    }

    /// Writes one byte.
    @inline(__always)
    mutating func put(_ byte: UInt8) {
        next.pointee = byte
        next += 1
    }

    /// Writes bytes.
    @inline(__always)
    mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        next.update(from: source, count: bytes.count)
        next += bytes.count
    }

    /// Writes bytes; sixteen bytes can be read from the start of each sixteen of them.
    @inline(__always)
    mutating func put(padded source: UnsafePointer<UInt8>, count: Int) {
        var done = 0
        repeat {
            Self.copySixteen(source + done, to: next + done)
            done &+= 16
        } while done < count
        next += count
    }

    /// Writes the bytes of a literal of ASCII.
    @inline(__always)
    mutating func put(_ literal: StaticString) {
        put(UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    @inline(__always)
    private static func copySixteen(_ source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
        let block = UnsafeRawPointer(source).loadUnaligned(as: SIMD16<UInt8>.self)
        UnsafeMutableRawPointer(target).storeBytes(of: block, as: SIMD16<UInt8>.self)
    }
}
