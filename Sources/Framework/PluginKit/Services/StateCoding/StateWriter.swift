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
