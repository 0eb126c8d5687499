/// The memory of a column, for an encoder that has a loop of its own over rows.
///
/// It is valid within `Batch.withMemory(of:)` only.
package struct ColumnMemory {
    /// The kind of the cells, which says what a word is.
    package let kind: Schema.Kind
    /// A word for each row: a number, or for text and bytes where they begin and, in the upper half, their length.
    package let words: UnsafePointer<UInt64>
    /// A bit for each row, 64 in a word, the lowest first: whether the row has a value; nil if all rows have one.
    package let bits: UnsafePointer<UInt64>?
    /// The bytes of texts, of which sixteen can be read from the start of any text and of each sixteen of its bytes.
    package let bytes: UnsafePointer<UInt8>

    fileprivate init(_ column: Column) {
        kind = column.kind
        words = UnsafePointer(column.words)
        bits = column.nulls > 0 ? UnsafePointer(column.bits) : nil
        bytes = UnsafePointer(column.bytes)
    }

    /// Whether a row has a value.
    @inline(__always)
    package func hasValue(_ row: Int) -> Bool {
        guard let bits else { return true }
        return bits[row &>> 6] &>> UInt64(truncatingIfNeeded: row & 63) & 1 != 0
    }
}

extension Batch {
    /// Passes the memory of columns to an encoder.
    ///
    /// - Parameters:
    ///   - fields: The columns.
    ///   - body: Reads them; the memory must not leave it.
    /// - Returns: What `body` returns.
    package func withMemory<Answer>(
        of fields: [Field],
        _ body: (UnsafeBufferPointer<ColumnMemory>) -> Answer
    ) -> Answer {
        let memory = fields.map { ColumnMemory(columns[$0.index]) }
        return withExtendedLifetime(self) { memory.withUnsafeBufferPointer(body) }
    }
}

extension Batch {
    /// Replaces a column of numbers, times or booleans with words that are copied.
    ///
    /// - Parameters:
    ///   - field: The column, whose values have no bytes in a heap.
    ///   - words: A word for each record.
    ///   - bits: A bit for each record, 64 in a word: whether it has a value; nil if all have one.
    package mutating func replace(_ field: Field, words: UnsafePointer<UInt64>, bits: UnsafePointer<UInt64>?) {
        precondition(!field.kind.hasHeap, "a column with a heap")
        columns[field.index] = Column(field.kind, words: words, bits: bits, count: count)
    }
}

extension Column {
    fileprivate init(_ kind: Schema.Kind, words: UnsafePointer<UInt64>, bits: UnsafePointer<UInt64>?, count: Int) {
        self.init(blank: kind, count: count)
        guard count > 0 else { return }
        self.words.update(from: words, count: count)
        guard let bits else { return }
        self.bits.update(from: bits, count: Bits.words(for: count))
        nulls = count - Bits.count(0..<count, in: self.bits)
        // Null cells hold 0, so that computing with them never overflows.
        for word in 0..<Bits.words(for: count) {
            var missing = ~self.bits[word]
            while missing != 0 {
                let row = word << 6 | missing.trailingZeroBitCount
                if row < count { self.words[row] = 0 }
                missing &= missing &- 1
            }
        }
    }
}
