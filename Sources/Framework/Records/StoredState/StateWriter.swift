/// Writes what is remembered, value after value, without names or types.
public struct StateWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// A writer that has written nothing.
    public init() {}

    /// Appends a whole number in as few bytes as it needs: seven bits in each, the lowest first, and the sign in front.
    public mutating func write(_ number: Int64) {
        var rest = UInt64(bitPattern: (number << 1) ^ (number >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends some numbers for each of many things, with the room for them made once.
    ///
    /// To ask for room with every byte takes four times as long, and pages are kept by the thousand.
    ///
    /// - Parameters:
    ///   - count: How many things there are.
    ///   - most: The most numbers that one of them has.
    ///   - write: Writes those of one, by its place from 0.
    /// - Precondition: None has more.
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

    /// Appends pieces of bytes one after the other, with the number of all before them.
    mutating func write(_ pieces: [UnsafeBufferPointer<UInt8>]) {
        let count = pieces.reduce(0) { $0 + $1.count }
        write(Int64(count))
        bytes.reserveCapacity(bytes.count + count)
        for piece in pieces { bytes.append(contentsOf: piece) }
    }

    /// Appends 64 bits in eight bytes, the lowest first: for what has no small values, such as a real or a hash.
    public mutating func write(bits: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
    }

    /// Appends bytes, with their number in front.
    public mutating func write(_ bytes: [UInt8]) { write(bytes.span) }

    /// Appends bytes, with their number in front.
    public mutating func write(_ bytes: Span<UInt8>) {
        write(Int64(bytes.count))
        bytes.withUnsafeBufferPointer { self.bytes.append(contentsOf: $0) }
    }

    /// Appends what another writer has written, in stretches and in their order.
    mutating func append(_ stretches: [Range<Int>], of other: StateWriter) {
        bytes.reserveCapacity(bytes.count + other.bytes.count)
        for stretch in stretches { bytes.append(contentsOf: other.bytes[stretch]) }
    }
}

/// Room for numbers that was made for as many as there are.
struct NumberRoom: ~Copyable {
    /// The most bytes that a number takes.
    static let most = 10

    private let bytes: UnsafeMutableBufferPointer<UInt8>
    /// How many bytes were written.
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
