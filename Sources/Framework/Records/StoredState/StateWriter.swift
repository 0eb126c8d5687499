/// Serialises state, value after value, without names or types.
public struct StateWriter: Sendable {
    /// The bytes written so far.
    public private(set) var bytes: [UInt8] = []

    /// Creates an empty writer.
    public init() {}

    /// Appends a whole number in as few bytes as possible: seven bits in each, the lowest first, with
    /// the sign as the lowest bit.
    public mutating func write(_ number: Int64) {
        var rest = UInt64(bitPattern: (number << 1) ^ (number >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends some numbers for each of many elements, reserving room once.
    ///
    /// Reserving room with every byte takes four times as long, and pages are stored by the thousand.
    ///
    /// - Parameters:
    ///   - count: The number of elements.
    ///   - most: The maximum number of numbers per element.
    ///   - write: Writes the numbers of one element, by its index from 0.
    /// - Precondition: No element has more.
    mutating func write(_ count: Int, numbersInEach most: Int, write: (Int, inout NumberRoom) -> Void) {
        let stretch = 1024
        for begin in stride(from: 0, to: count, by: stretch) {
            let part = begin..<min(begin + stretch, count)
            let written = [UInt8](unsafeUninitializedCapacity: part.count * most * NumberRoom.most) { bytes, count in
                var room = NumberRoom(bytes)
                for place in part { write(place, &room) }
                count = room.count
            }
            bytes.append(contentsOf: written)
        }
    }

    /// Appends pieces of bytes one after the other, preceded by their total length.
    mutating func write(_ pieces: [UnsafeBufferPointer<UInt8>]) {
        let count = pieces.reduce(0) { $0 + $1.count }
        write(Int64(count))
        bytes.reserveCapacity(bytes.count + count)
        for piece in pieces { bytes.append(contentsOf: piece) }
    }

    /// Appends 64 bits in eight bytes, the lowest first: for values that are rarely small, such as a real or a hash.
    public mutating func write(bits: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
    }

    /// Appends bytes, preceded by their number.
    public mutating func write(_ bytes: [UInt8]) { write(bytes.span) }

    /// Appends bytes, preceded by their number.
    public mutating func write(_ bytes: Span<UInt8>) {
        write(Int64(bytes.count))
        bytes.withUnsafeBufferPointer { self.bytes.append(contentsOf: $0) }
    }

    /// Appends ranges of what another writer has written, in their order.
    mutating func append(_ stretches: [Range<Int>], of other: StateWriter) {
        bytes.reserveCapacity(bytes.count + other.bytes.count)
        for stretch in stretches { bytes.append(contentsOf: other.bytes[stretch]) }
    }
}

/// Reserved room for a number of numbers.
struct NumberRoom: ~Copyable {
    /// The maximum size of a number in bytes.
    static let most = 10

    private let bytes: UnsafeMutableBufferPointer<UInt8>
    /// The number of bytes written.
    private(set) var count = 0

    init(_ bytes: UnsafeMutableBufferPointer<UInt8>) { self.bytes = bytes }

    /// Writes a whole number as `StateWriter` does.
    mutating func write(_ number: Int64) {
        precondition(bytes.count - count >= Self.most, "there are more numbers than room was made for")
        var rest = UInt64(bitPattern: (number << 1) ^ (number >> 63))
        while rest >= 0x80 {
            bytes.initializeElement(at: count, to: UInt8(truncatingIfNeeded: rest) | 0x80)
            count += 1
            rest >>= 7
        }
        bytes.initializeElement(at: count, to: UInt8(truncatingIfNeeded: rest))
        count += 1
    }

    /// Writes 64 bits as `StateWriter` does.
    mutating func write(bits: UInt64) {
        precondition(bytes.count - count >= Self.most, "there are more numbers than room was made for")
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.initializeElement(at: count, to: UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
            count += 1
        }
    }
}
