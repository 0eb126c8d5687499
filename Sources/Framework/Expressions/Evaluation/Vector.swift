package import Records

/// The values of an expression for the rows of a batch: a word of eight bytes for each row, as in a column.
///
///     integer, instant, date, duration   the number
///     real                               its bits
///     text, bytes                        where they begin after `bytes`, and their length in the upper half
///     decimal                            where its coefficient begins, and one more than its scale in the upper half
///     boolean                            not a word but a bit for each row, 64 in a word, the lowest first
///
/// The memory belongs to the batch or to the frame, and is valid until the frame evaluates the same part again. The
/// word of a row that is null or not needed is arbitrary, except that of a text, which always points to bytes.
package struct Vector {
    /// A word for each row; for booleans a bit for each.
    package let words: UnsafePointer<UInt64>
    /// A bit for each row: whether it has a value; nil if all rows have one.
    package let bits: UnsafePointer<UInt64>?
    /// The memory that words of text, bytes and decimals point to; sixteen bytes can be read at each text.
    package let bytes: UnsafePointer<UInt8>

    /// A vector in memory of a batch or of a frame.
    package init(
        words: UnsafePointer<UInt64>,
        bits: UnsafePointer<UInt64>?,
        bytes: UnsafePointer<UInt8>
    ) {
        self.words = words
        self.bits = bits
        self.bytes = bytes
    }

    /// Whether a row has a value.
    @inline(__always)
    package func isPresent(_ row: Int) -> Bool {
        guard let bits else { return true }
        return bits.isSet(row)
    }

    /// The bytes of a text.
    @inline(__always)
    package func text(_ row: Int) -> UnsafeBufferPointer<UInt8> {
        let word = words[row]
        return UnsafeBufferPointer(
            start: bytes + Int(truncatingIfNeeded: word & 0xFFFF_FFFF),
            count: Int(truncatingIfNeeded: word &>> 32)
        )
    }
}

extension Vector {
    /// A decimal number; 0 for a row without one, such as one that has failed.
    @inline(__always)
    package func decimal(_ row: Int) -> ExactDecimal {
        let word = words[row]
        return word &>> 32 == 0 ? ExactDecimal(0) : ExactDecimal(word: word, in: bytes)
    }
}

/// Which rows are needed: a bit for each, and 0 after the last row; nil for all rows.
package typealias Mask = UnsafePointer<UInt64>?

extension UnsafePointer<UInt64> {
    /// A bit of a row.
    @inline(__always)
    package func isSet(_ row: Int) -> Bool { self[row &>> 6] &>> UInt64(truncatingIfNeeded: row & 63) & 1 != 0 }
}

extension UnsafeMutablePointer<UInt64> {
    @inline(__always)
    func set(_ row: Int) { self[row &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: row & 63) }

    @inline(__always)
    func clear(_ row: Int) { self[row &>> 6] &= ~(1 &<< UInt64(truncatingIfNeeded: row & 63)) }
}
