/// A bit for each row, 64 per word, the lowest first.
@usableFromInline
enum Bits {
    @usableFromInline typealias Words = UnsafeMutablePointer<UInt64>

    /// How many words the bits of this number of rows take.
    static func words(for rows: Int) -> Int { (rows + 63) >> 6 }

    @inlinable
    static func isSet(_ row: Int, in bits: Words) -> Bool {
        bits[row &>> 6] &>> UInt64(truncatingIfNeeded: row & 63) & 1 != 0
    }

    @inlinable
    static func set(_ row: Int, in bits: Words) {
        bits[row &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: row & 63)
    }

    @inlinable
    static func clear(_ row: Int, in bits: Words) {
        bits[row &>> 6] &= ~(1 &<< UInt64(truncatingIfNeeded: row & 63))
    }

    /// Sets or clears the bits of some rows; the words of rows after them may be uninitialised.
    static func fill(_ rows: Range<Int>, in bits: Words, with value: Bool) {
        guard !rows.isEmpty else { return }
        let (first, last) = (rows.lowerBound >> 6, (rows.upperBound - 1) >> 6)
        for word in first...last {
            let mask = mask(of: rows, in: word)
            // Bits before the range in its first word are kept; those after it in its last word become 0.
            let old = word == first && rows.lowerBound & 63 != 0 ? bits[word] & lower(rows.lowerBound & 63) : 0
            bits[word] = old | (value ? mask : 0)
        }
    }

    /// How many bits of some rows are set.
    static func count(_ rows: Range<Int>, in bits: Words) -> Int {
        guard !rows.isEmpty else { return 0 }
        var count = 0
        for word in rows.lowerBound >> 6...(rows.upperBound - 1) >> 6 {
            count += (bits[word] & mask(of: rows, in: word)).nonzeroBitCount
        }
        return count
    }

    private static func mask(of rows: Range<Int>, in word: Int) -> UInt64 {
        let first = max(rows.lowerBound - word * 64, 0)
        let end = min(rows.upperBound - word * 64, 64)
        return (end == 64 ? .max : lower(end)) & ~lower(first)
    }

    /// A mask of the lowest bits, at most 63.
    private static func lower(_ count: Int) -> UInt64 { (1 << UInt64(count)) - 1 }
}
