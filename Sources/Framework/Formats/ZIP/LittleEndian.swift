/// Little-endian numbers in a record, at offsets that may come from a hostile file.
///
/// Bytes after the end read as zero, so no offset traps; code that needs them checks `count` first.
struct LittleEndian {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }

    func u16(_ offset: Int) -> Int { Int(truncatingIfNeeded: number(at: offset, size: 2)) }

    func u32(_ offset: Int) -> Int { Int(truncatingIfNeeded: number(at: offset, size: 4)) }

    /// A size or an offset in bytes.
    ///
    /// Nil beyond 2^56, which is larger than any disk, so that adding a few sizes does not overflow.
    func size64(_ offset: Int) -> Int? {
        let number = number(at: offset, size: 8)
        return number <= 1 << 56 ? Int(truncatingIfNeeded: number) : nil
    }

    /// The bytes of a range, as far as they exist.
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
