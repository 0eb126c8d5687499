/// Writes the plain parts of a row into memory that is reserved for all of them together.
///
/// Unsafe, since every append to an array checks its capacity again: this writes the beginning of a row, which every
/// row has, in a third of the time.
struct Pen: ~Copyable {
    private let room: UnsafeMutableBufferPointer<UInt8>
    private var count = 0

    private init(_ room: UnsafeMutableBufferPointer<UInt8>) { self.room = room }

    /// Appends what `write` writes to `bytes`, at most `limit` bytes.
    @inline(__always)
    static func append(to bytes: inout [UInt8], atMost limit: Int, write: (inout Pen) -> Void) {
        bytes.append(addingCapacity: limit) { output in
            output.withUnsafeMutableBufferPointer { buffer, initialized in
                var pen = Pen(buffer)
                write(&pen)
                initialized = pen.count
            }
        }
    }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        precondition(count < room.count)
        room[count] = byte
        count &+= 1
    }

    @inline(__always)
    mutating func put(_ text: Span<UInt8>) {
        precondition(text.count <= room.count &- count)
        text.withUnsafeBytes { source in
            UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: room[count...])).copyMemory(from: source)
        }
        count &+= text.count
    }

    /// Writes a number as digits.
    @inline(__always)
    mutating func put(digitsOf number: UInt64) {
        var end = count &+ 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            end &+= 1
        }
        precondition(end <= room.count)
        rest = number
        for index in stride(from: end &- 1, through: count, by: -1) {
            room[index] = 48 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count = end
    }

    @inline(__always)
    mutating func put(zeros: Int) {
        precondition(zeros <= room.count &- count)
        for index in count..<count &+ zeros { room[index] = 0 }
        count &+= zeros
    }
}
