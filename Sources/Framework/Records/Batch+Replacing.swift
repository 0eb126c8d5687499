/// Columns are not changed but replaced: the new cells are written to new memory while the old batch can be read.
///
///     batch.replace(reals: total) { batch, out in
///         let price = batch[reals: price], amount = batch[integers: amount]
///         for row in 0..<batch.count { out.append(price[row] * Double(amount[row])) }
///     }
///
/// Copies of the batch do not see the new column. To fill a column that the schema lacks, add it with `reshape(to:)`
/// first, as nulls.
extension Batch {
    /// Replaces a column of any kind, including nulls.
    ///
    /// - Parameters:
    ///   - field: The column.
    ///   - body: Appends a cell for each record.
    /// - Throws: What `body` throws; the batch is then unchanged.
    /// - Precondition: There are as many cells as records.
    @inlinable
    public mutating func replace<Failure: Error>(
        _ field: Field,
        body: (borrowing Batch, inout ColumnBuilder) throws(Failure) -> Void
    ) throws(Failure) {
        var builder = builder(of: field)
        try body(self, &builder)
        finish(field, with: &builder)
    }

    /// Replaces a column of whole numbers.
    ///
    /// - Parameters:
    ///   - field: The column.
    ///   - sources: If one of these columns is null, so is the new cell, whatever is appended; otherwise there are no
    ///     nulls.
    ///   - body: Appends a number for each record.
    /// - Throws: What `body` throws; the batch is then unchanged.
    /// - Precondition: There are as many numbers as records.
    @inlinable
    public mutating func replace<Failure: Error>(
        integers field: Field,
        nullsOf sources: [Field] = [],
        body: (borrowing Batch, inout OutputSpan<Int64>) throws(Failure) -> Void
    ) throws(Failure) {
        try replace(field, kind: .integer, nullsOf: sources, body: body)
    }

    /// Replaces a column of floating-point numbers.
    ///
    /// - Parameters:
    ///   - field: The column.
    ///   - sources: If one of these columns is null, so is the new cell, whatever is appended; otherwise there are no
    ///     nulls.
    ///   - body: Appends a number for each record.
    /// - Throws: What `body` throws; the batch is then unchanged.
    /// - Precondition: There are as many numbers as records.
    @inlinable
    public mutating func replace<Failure: Error>(
        reals field: Field,
        nullsOf sources: [Field] = [],
        body: (borrowing Batch, inout OutputSpan<Double>) throws(Failure) -> Void
    ) throws(Failure) {
        try replace(field, kind: .real, nullsOf: sources, body: body)
    }

    /// Replaces a column of instants, in microseconds since 1970-01-01T00:00:00Z.
    ///
    /// - Parameters:
    ///   - field: The column.
    ///   - sources: If one of these columns is null, so is the new cell, whatever is appended; otherwise there are no
    ///     nulls.
    ///   - body: Appends an instant for each record.
    /// - Throws: What `body` throws; the batch is then unchanged.
    /// - Precondition: There are as many instants as records.
    @inlinable
    public mutating func replace<Failure: Error>(
        instants field: Field,
        nullsOf sources: [Field] = [],
        body: (borrowing Batch, inout OutputSpan<Int64>) throws(Failure) -> Void
    ) throws(Failure) {
        try replace(field, kind: .instant, nullsOf: sources, body: body)
    }

    /// Replaces a column with cells of another batch, whose text both then share.
    ///
    /// - Parameters:
    ///   - field: The column.
    ///   - rows: For each record, the row of the other batch; nil for a null.
    ///   - other: The other batch.
    ///   - source: Its column, of the same kind.
    /// - Returns: The bytes of text that the new cells refer to; those with several references count each time.
    /// - Precondition: There are as many rows as records, and the other batch has them.
    @discardableResult
    public mutating func replace(
        _ field: Field,
        gathering rows: [UInt32?],
        of other: borrowing Batch,
        in source: Field
    ) -> Int {
        precondition(rows.count == count, "a row for each record")
        precondition(columns[field.index].kind == other.columns[source.index].kind, "a column of another kind")
        let column = other.columns[source.index].gathered(rows, of: other.count)
        columns[field.index] = column
        return column.bytesReferredTo(count)
    }

    /// Sets the cells of a column for which `isNull` is true to null; the others are unchanged.
    public mutating func clear<Failure: Error>(
        _ field: Field,
        where isNull: (borrowing Batch, Int) throws(Failure) -> Bool
    ) throws(Failure) {
        var rows: [Int] = []
        for row in 0..<count where try isNull(self, row) { rows.append(row) }
        guard !rows.isEmpty else { return }
        columns[field.index].clear(rows, of: count)
    }

    @inlinable
    mutating func replace<Word: BitwiseCopyable, Failure: Error>(
        _ field: Field,
        kind: Schema.Kind,
        nullsOf sources: [Field],
        body: (borrowing Batch, inout OutputSpan<Word>) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(columns[field.index].kind == kind, "a column of another kind")
        let column = Column(blank: kind, count: count)
        let words = UnsafeMutableRawPointer(column.words).assumingMemoryBound(to: Word.self)
        let buffer = UnsafeMutableBufferPointer(start: words, count: count)
        var out = OutputSpan(buffer: buffer, initializedCount: 0)
        try body(self, &out)
        let written = out.finalize(for: buffer)
        precondition(written == count, "a cell for each record")
        put(column, in: field, nullsOf: sources)
    }

    /// Sets a column that was made, with nulls where one of the sources has them.
    @usableFromInline
    mutating func put(_ column: Column, in field: Field, nullsOf sources: [Field]) {
        var column = column
        for source in sources { column.addNulls(of: columns[source.index], count: count) }
        columns[field.index] = column
    }

    @usableFromInline
    func builder(of field: Field) -> ColumnBuilder {
        let column = columns[field.index]
        let made = Column(blank: column.kind, count: count)
        return ColumnBuilder(made, count: count, heap: HeapWriter(expecting: min(count * 16, 1 << 20)))
    }

    @usableFromInline
    mutating func finish(_ field: Field, with builder: inout ColumnBuilder) {
        precondition(builder.count == count, "a cell for each record")
        columns[field.index] = builder.finish()
    }
}

extension Column {
    /// A column with uninitialised words; nothing else refers to it.
    @usableFromInline
    init(blank kind: Schema.Kind, count: Int) {
        self.init(kind, block: count == 0 ? .none : Block(rows: count))
    }

    /// Sets some rows to null.
    fileprivate mutating func clear(_ rows: [Int], of count: Int) {
        reserve(count: count, capacity: count)
        writeBits(of: count)
        for row in rows {
            words[row] = 0
            Bits.clear(row, in: bits)
        }
        nulls = count - Bits.count(0..<count, in: bits)
    }

    /// Sets the rows to null that are null in another column.
    fileprivate mutating func addNulls(of other: Column, count: Int) {
        guard other.nulls > 0 else { return }
        writeBits(of: count)
        for word in 0..<Bits.words(for: count) { bits[word] &= other.bits[word] }
        nulls = count - Bits.count(0..<count, in: bits)
        // Null cells hold 0, so that computing with them never overflows.
        for word in 0..<Bits.words(for: count) {
            var missing = ~bits[word]
            while missing != 0 {
                let row = word << 6 | missing.trailingZeroBitCount
                if row < count { words[row] = 0 }
                missing &= missing &- 1
            }
        }
    }
}
