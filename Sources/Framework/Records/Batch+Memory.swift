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
    /// Replaces a column with one of another batch; no cell is copied.
    ///
    /// - Precondition: The batches have as many records, and the columns are of one kind.
    package mutating func replace(_ field: Field, with source: Field, of other: borrowing Batch) {
        precondition(other.count == count && source.kind == field.kind, "a column of another batch")
        columns[field.index] = other.columns[source.index]
    }
}
