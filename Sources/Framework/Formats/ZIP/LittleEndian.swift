/// Numbers in a record of bytes, lowest byte first, at offsets that a hostile file may have chosen.
///
/// Bytes behind the end read as zero, so no offset traps; who needs them checks `count` first.
struct LittleEndian {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }

    func u16(_ offset: Int) -> Int { Int(truncatingIfNeeded: number(at: offset, size: 2)) }

    func u32(_ offset: Int) -> Int { Int(truncatingIfNeeded: number(at: offset, size: 4)) }

    /// A number of bytes or an offset.
    ///
    /// Nil beyond 2^56, which no disk reaches: the sum of a few stays far from overflow.
    func size64(_ offset: Int) -> Int? {
        let number = number(at: offset, size: 8)
        return number <= 1 << 56 ? Int(truncatingIfNeeded: number) : nil
    }

    /// The bytes of a range, as far as there are any.
    subscript(range: Range<Int>) -> [UInt8] { Array(bytes[range.clamped(to: 0..<bytes.count)]) }

    private func number(at offset: Int, size: Int) -> UInt64 {
        guard offset >= 0, offset <= bytes.count - size else { return 0 }
        var number: UInt64 = 0
        for index in (offset..<offset + size).reversed() { number = number << 8 | UInt64(bytes[index]) }
        return number
    }
}

extension [UInt8] {
    /// Appends the lowest `size` bytes of a number, lowest first.
    mutating func append(littleEndian number: Int, size: Int) {
        for index in 0..<size { append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }
}
