/// Writes the cells of one column, from the first row on.
///
///     batch.replace(title) { batch, out in
///         for row in 0..<batch.count {
///             if let title = batch.utf8(row, title) { out.append(utf8: trimmed(title)) } else { out.appendNull() }
///         }
///     }
public struct ColumnBuilder: ~Copyable {
    /// The kind of the cells.
    public let kind: Schema.Kind
    @usableFromInline let words: UnsafeMutablePointer<UInt64>
    @usableFromInline let bits: UnsafeMutablePointer<UInt64>
    @usableFromInline let first: Int
    @usableFromInline let end: Int
    @usableFromInline var row: Int
    /// The new column; nil if cells are written to a column of a batch.
    private var column: Column?
    @usableFromInline var heap: HeapWriter

    /// A builder of some rows, with uninitialised bits.
    init(
        _ kind: Schema.Kind,
        words: UnsafeMutablePointer<UInt64>,
        bits: UnsafeMutablePointer<UInt64>,
        rows: Range<Int>,
        heap: HeapWriter
    ) {
        self.kind = kind
        self.words = words
        self.bits = bits
        first = rows.lowerBound
        end = rows.upperBound
        row = rows.lowerBound
        self.heap = heap
        // Clearing the bit of each null is faster than setting one for each value, which would depend on the write
        // before it.
        Bits.fill(rows, in: bits, with: true)
    }

    /// A builder of a whole column, with uninitialised words.
    init(_ column: Column, count: Int, heap: HeapWriter) {
        self.init(column.kind, words: column.words, bits: column.bits, rows: 0..<count, heap: heap)
        self.column = column
    }

    /// The column, after all its cells were written.
    mutating func finish() -> Column {
        var made = column ?? Column(kind)
        made.nulls = count - Bits.count(first..<row, in: bits)
        made.heap = heap.finish()
        made.lacksText = heap.isOverfull
        return made
    }

    /// Ends writing to a column of a batch; rows without a cell are null.
    mutating func finishRows() -> HeapWriter {
        Bits.fill(row..<end, in: bits, with: false)
        return heap
    }

    /// The number of cells written.
    @inlinable public var count: Int { row - first }

    /// The size of the text written so far, in bytes.
    public var bytesOfText: Int { heap.end }

    /// The number of cells that still fit.
    @inlinable public var room: Int { end - row }

    @inlinable
    mutating func append(_ word: UInt64, of kind: Schema.Kind) {
        precondition(row < end, "more cells than rows")
        precondition(kind == self.kind, "a value of another kind than its column")
        words[row] = word
        row &+= 1
    }

    /// Appends an empty cell to the end of the column.
    @inlinable
    public mutating func appendNull() {
        precondition(row < end, "more cells than rows")
        words[row] = 0
        Bits.clear(row, in: bits)
        row &+= 1
    }

    /// Sets an appended cell to null, by its index from 0.
    @inlinable
    public mutating func makeNull(_ place: Int) {
        precondition(0..<count ~= place, "there is no such cell yet")
        words[first + place] = 0
        Bits.clear(first + place, in: bits)
    }

    /// Appends a whole number.
    @inlinable
    public mutating func append(_ integer: Int64) { append(UInt64(bitPattern: integer), of: .integer) }

    /// Appends a floating-point number.
    @inlinable
    @_disfavoredOverload
    public mutating func append(_ real: Double) { append(real.bitPattern, of: .real) }

    /// Appends true or false.
    @inlinable
    public mutating func append(_ boolean: Bool) { append(boolean ? 1 : 0, of: .boolean) }

    /// Appends an instant in microseconds since 1970-01-01T00:00:00Z.
    @inlinable
    public mutating func append(instant: Int64) { append(UInt64(bitPattern: instant), of: .instant) }

    /// Appends a date in days since 1970-01-01.
    @inlinable
    public mutating func append(date: Int32) { append(UInt64(bitPattern: Int64(date)), of: .date) }

    /// Appends an exact decimal number.
    ///
    /// A value for which the column has no room is left out: see `Batch.lacksText`.
    @inlinable
    public mutating func append(_ decimal: ExactDecimal) { append(heap.append(decimal), of: .decimal) }

    /// Appends bytes.
    ///
    /// A value for which the column has no room is left out: see `Batch.lacksText`.
    @inlinable
    public mutating func append(bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { append(heap.append($0), of: .bytes) }
    }

    /// Appends a text.
    ///
    /// A value for which the column has no room is left out: see `Batch.lacksText`.
    ///
    /// - Precondition: `bytes` are valid UTF-8.
    @inlinable
    public mutating func append(utf8 bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { append(utf8: $0) }
    }

    /// Appends a text.
    ///
    /// A value for which the column has no room is left out: see `Batch.lacksText`.
    ///
    /// - Precondition: `bytes` are valid UTF-8.
    @inlinable
    public mutating func append(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        append(heap.append(bytes), of: .text)
    }

    /// Appends a text after whose last byte fifteen more can be read: it is copied sixteen bytes at a time.
    ///
    /// - Precondition: The bytes are valid UTF-8.
    @inlinable
    package mutating func append(padded bytes: UnsafePointer<UInt8>, count: Int) {
        append(heap.append(padded: bytes, count: count), of: .text)
    }

    /// Appends a text; not for the hot path.
    public mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(utf8: $0) }
    }

    /// Appends a value; not for the hot path.
    ///
    /// - Precondition: The value is null or of the column's kind.
    @_disfavoredOverload
    public mutating func append(_ value: Value) {
        switch value {
        case .null: appendNull()
        case .boolean(let value): append(value)
        case .integer(let value): append(value)
        case .real(let value): append(value)
        case .text(let value): append(value)
        case .instant(let value): append(instant: value)
        case .date(let value): append(date: value)
        case .decimal(let value): append(value)
        case .bytes(let value): append(bytes: value.span)
        }
    }

    /// Appends a cell of a column of the same kind; its text is copied.
    public mutating func append(_ row: Int, of batch: borrowing Batch, in field: Field) {
        precondition(batch.columns[field.index].kind == kind, "a value of another kind than its column")
        guard let word = batch.word(row, in: field, kind: kind) else { return appendNull() }
        append(batch.columns[field.index].copied(word, to: &heap), of: kind)
    }
}
