// Loops over bits, 64 rows at a time. Unsafe pointers: the memory is that of slots, which have a word for each row.
extension Frame {
    /// The bits that are set in both, into the memory of a slot; nil if both are nil.
    @inline(__always)
    func both(
        _ left: UnsafePointer<UInt64>?,
        right: UnsafePointer<UInt64>?,
        into slot: Slot
    ) -> UnsafePointer<UInt64>? {
        guard let left else { return right }
        guard let right else { return left }
        let out = slot.bits
        for word in 0..<wordsOfBits { out[word] = left[word] & right[word] }
        return UnsafePointer(out)
    }

    /// Calls a closure for each row of a mask.
    @inline(__always)
    func forEach(_ mask: Mask, body: (Int) -> Void) {
        guard let mask else {
            for row in 0..<count { body(row) }
            return
        }
        for word in 0..<wordsOfBits {
            var bits = mask[word]
            if word == wordsOfBits - 1 { bits &= lastBits }
            while bits != 0 {
                body(word << 6 | bits.trailingZeroBitCount)
                bits &= bits &- 1
            }
        }
    }

    /// The rows for which a closure is true, as bits.
    @inline(__always)
    func bits(into out: UnsafeMutablePointer<UInt64>, where isSet: (Int) -> Bool) {
        var word = 0
        while word < count >> 6 {
            var bits: UInt64 = 0
            // Eight rows written out: shifts by a constant, of which the compiler makes vectors.
            for byte in 0..<8 {
                let row = word &<< 6 &+ byte &* 8
                let low: UInt64 =
                    (isSet(row) ? 1 : 0) | (isSet(row &+ 1) ? 2 : 0) | (isSet(row &+ 2) ? 4 : 0)
                    | (isSet(row &+ 3) ? 8 : 0)
                let high: UInt64 =
                    (isSet(row &+ 4) ? 16 : 0) | (isSet(row &+ 5) ? 32 : 0) | (isSet(row &+ 6) ? 64 : 0)
                    | (isSet(row &+ 7) ? 128 : 0)
                bits |= (low | high) &<< UInt64(truncatingIfNeeded: byte &* 8)
            }
            out[word] = bits
            word &+= 1
        }
        guard count & 63 != 0 else { return }
        var bits: UInt64 = 0
        for bit in 0..<count & 63 { bits |= (isSet(word << 6 | bit) ? 1 : 0) << UInt64(bit) }
        out[word] = bits
    }

    /// Sets all bits of rows.
    func fill(_ out: UnsafeMutablePointer<UInt64>) {
        for word in 0..<wordsOfBits { out[word] = .max }
        if count > 0 { out[wordsOfBits - 1] &= lastBits }
    }

    /// The rows of a mask for which a condition is true; a null counts as false.
    func truth(_ vector: Vector, mask: Mask, into out: UnsafeMutablePointer<UInt64>) {
        for word in 0..<wordsOfBits {
            out[word] = vector.words[word] & (vector.bits?[word] ?? .max) & (mask?[word] ?? .max)
        }
        if count > 0 { out[wordsOfBits - 1] &= lastBits }
    }

    /// Whether no bit of a row is set.
    func isEmpty(_ bits: UnsafePointer<UInt64>) -> Bool {
        for word in 0..<wordsOfBits where bits[word] != 0 { return false }
        return true
    }
}
