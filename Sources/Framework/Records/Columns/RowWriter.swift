/// Fills records of a batch, one after the other: the interface for sources and decoders.
///
///     batch.appendRows(atMost: 4_000) { rows in
///         while let film = next(), !rows.isFull {
///             rows.set(film.id, in: id)
///             rows.set(film.title, in: title)
///             rows.endRow()
///         }
///     }
///
/// A cell that is not set is null. A record that is not ended with `endRow` is dropped. Several records can also be
/// written column by column: `fill` for each column, then `endRows`.
public struct RowWriter: ~Copyable {
    /// A column that is being written.
    @usableFromInline
    struct Lane {
        @usableFromInline let words: UnsafeMutablePointer<UInt64>
        @usableFromInline let bits: UnsafeMutablePointer<UInt64>
        @usableFromInline let kind: Schema.Kind
    }

    @usableFromInline let lanes: UnsafeMutableBufferPointer<Lane>
    /// The row being written, from 0.
    public private(set) var row: Int
    /// The row after the last one that fits.
    @usableFromInline let end: Int
    @usableFromInline var heap: HeapWriter

    init(_ lanes: UnsafeMutableBufferPointer<Lane>, rows: Range<Int>, heap: HeapWriter) {
        self.lanes = lanes
        row = rows.lowerBound
        end = rows.upperBound
        self.heap = heap
    }

    /// Whether there is no room for another record.
    @inlinable public var isFull: Bool { row == end }

    /// Ends a record; the next begins with nulls in all cells.
    ///
    /// - Precondition: There was room for it.
    @inlinable
    public mutating func endRow() {
        precondition(row < end, "more rows than asked for")
        advance(by: 1)
    }

    /// Ends records that were written column by column.
    ///
    /// - Precondition: There was room for them.
    public mutating func endRows(_ count: Int) {
        precondition(0...end - row ~= count, "more rows than asked for")
        advance(by: count)
    }

    @usableFromInline
    mutating func advance(by count: Int) { row &+= count }

    /// Sets all cells of the record being written to null again.
    public mutating func clearRow() {
        guard row < end else { return }
        for lane in lanes {
            lane.words[row] = 0
            Bits.clear(row, in: lane.bits)
        }
    }

    // MARK: Cells

    /// The column at an index; unlike an array, the buffer checks nothing in optimised builds.
    @inlinable
    func lane(_ column: Int) -> Lane {
        precondition(UInt(bitPattern: column) < UInt(bitPattern: lanes.count), "there is no such column")
        return lanes[column]
    }

    @inlinable
    mutating func put(_ word: UInt64, kind: Schema.Kind, in field: Field) {
        precondition(row < end, "more rows than asked for")
        let lane = lane(field.index)
        precondition(lane.kind == kind, "a value of another kind than its column")
        lane.words[row] = word
        Bits.set(row, in: lane.bits)
    }

    /// Sets a cell to null.
    @inlinable
    public mutating func setNull(in field: Field) {
        precondition(row < end, "more rows than asked for")
        let lane = lane(field.index)
        lane.words[row] = 0
        Bits.clear(row, in: lane.bits)
    }

    /// Sets a cell to a whole number.
    @inlinable
    public mutating func set(_ integer: Int64, in field: Field) {
        put(UInt64(bitPattern: integer), kind: .integer, in: field)
    }

    /// Sets a cell to a floating-point number.
    @inlinable
    @_disfavoredOverload
    public mutating func set(_ real: Double, in field: Field) { put(real.bitPattern, kind: .real, in: field) }

    /// Sets a cell to true or false.
    @inlinable
    public mutating func set(_ boolean: Bool, in field: Field) { put(boolean ? 1 : 0, kind: .boolean, in: field) }

    /// Sets a cell to an instant in microseconds since 1970-01-01T00:00:00Z.
    @inlinable
    public mutating func set(instant: Int64, in field: Field) {
        put(UInt64(bitPattern: instant), kind: .instant, in: field)
    }

    /// Sets a cell to a date in days since 1970-01-01.
    @inlinable
    public mutating func set(date: Int32, in field: Field) {
        put(UInt64(bitPattern: Int64(date)), kind: .date, in: field)
    }

    /// Sets a cell to an exact decimal number.
    ///
    /// A value for which the batch has no room is left out: see `Batch.lacksText`.
    @inlinable
    public mutating func set(_ decimal: ExactDecimal, in field: Field) {
        put(heap.append(decimal), kind: .decimal, in: field)
    }

    /// Copies bytes into a cell.
    ///
    /// A value for which the batch has no room is left out: see `Batch.lacksText`.
    @inlinable
    public mutating func set(bytes: Span<UInt8>, in field: Field) {
        bytes.withUnsafeBufferPointer { put(heap.append($0), kind: .bytes, in: field) }
    }

    /// Copies the bytes of a text into a cell.
    ///
    /// A value for which the batch has no room is left out: see `Batch.lacksText`.
    ///
    /// - Precondition: `bytes` are valid UTF-8.
    @inlinable
    public mutating func set(utf8 bytes: Span<UInt8>, in field: Field) {
        bytes.withUnsafeBufferPointer { set(utf8: $0, in: field) }
    }

    /// Copies the bytes of a text into a cell.
    ///
    /// A value for which the batch has no room is left out: see `Batch.lacksText`.
    ///
    /// - Precondition: `bytes` are valid UTF-8.
    @inlinable
    public mutating func set(utf8 bytes: UnsafeBufferPointer<UInt8>, in field: Field) {
        put(heap.append(bytes), kind: .text, in: field)
    }

    /// Sets a cell to a text; not for the hot path.
    public mutating func set(_ text: String, in field: Field) {
        var text = text
        text.withUTF8 { set(utf8: $0, in: field) }
    }

    /// Sets a cell to a value; not for the hot path.
    ///
    /// - Precondition: The value is null or of the column's kind.
    @_disfavoredOverload
    public mutating func set(_ value: Value, in field: Field) {
        switch value {
        case .null: setNull(in: field)
        case .boolean(let value): set(value, in: field)
        case .integer(let value): set(value, in: field)
        case .real(let value): set(value, in: field)
        case .text(let value): set(value, in: field)
        case .instant(let value): set(instant: value, in: field)
        case .date(let value): set(date: value, in: field)
        case .decimal(let value): set(value, in: field)
        case .bytes(let value): set(bytes: value.span, in: field)
        }
    }

    // MARK: Columns

    /// Writes cells of one column, starting with the record being written.
    public mutating func fill<Failure: Error>(
        _ field: Field,
        body: (inout ColumnBuilder) throws(Failure) -> Void
    ) throws(Failure) {
        let lane = lane(field.index)
        var builder = ColumnBuilder(lane.kind, words: lane.words, bits: lane.bits, rows: row..<end, heap: heap)
        defer { heap = builder.finishRows() }
        try body(&builder)
    }

    // MARK: Decoders

    /// Sets a cell of the column at an index to a word: see `Column`.
    @inlinable
    package mutating func put(word: UInt64, at column: Int) {
        precondition(row < end, "more rows than asked for")
        let lane = lane(column)
        lane.words[row] = word
        Bits.set(row, in: lane.bits)
    }

    /// The position of the next text.
    package var endOfText: Int { heap.end }

    /// Copies text to which words already point.
    package mutating func append(text: UnsafeBufferPointer<UInt8>) { _ = heap.append(text) }
}

extension Batch {
    /// Appends at most this number of records, written by `body`.
    ///
    /// If `body` throws, the records that it has ended are appended.
    ///
    /// - Parameters:
    ///   - limit: The number of records for which room is made.
    ///   - body: Writes records and ends each.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public mutating func appendRows<Result, Failure: Error>(
        atMost limit: Int,
        body: (inout RowWriter) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let first = count
        let heap = prepare(for: limit)
        let lanes = UnsafeMutableBufferPointer<RowWriter.Lane>.allocate(capacity: columns.count)
        defer { lanes.deallocate() }
        for (index, column) in columns.enumerated() {
            lanes.initializeElement(
                at: index,
                to: RowWriter.Lane(words: column.words, bits: column.bits, kind: column.kind)
            )
        }
        var writer = RowWriter(lanes, rows: first..<first + limit, heap: heap)
        defer {
            writer.clearRow()
            let rows = writer.row - first
            appendedCells(rows, text: &writer.heap)
            numbers.append(rows, to: first)
            rowCount += rows
        }
        return try body(&writer)
    }

    /// Makes room for records after the existing ones, with nulls in all cells.
    ///
    /// - Returns: The writer of the heap that all columns share afterwards.
    mutating func prepare(for more: Int) -> HeapWriter {
        let (count, capacity) = (count, max(count + more, expectedRows))
        for index in columns.indices {
            columns[index].reserve(count: count, capacity: capacity)
            columns[index].writeBits(of: count)
            (columns[index].words + count).update(repeating: 0, count: more)
            Bits.fill(count..<count + more, in: columns[index].bits, with: false)
        }
        return gatherText(for: more)
    }

    /// Moves all texts to one heap, to which further texts are then added.
    private mutating func gatherText(for more: Int) -> HeapWriter {
        let expected = min(more * 16, 1 << 16)
        let heap = columns.lazy.compactMap(\.heap).first
        guard let heap, var writer = HeapWriter(continuing: heap, expecting: expected) else {
            var writer = HeapWriter(expecting: expected)
            for index in columns.indices where columns[index].heap != nil { columns[index].move(count, to: &writer) }
            return writer
        }
        for index in columns.indices where columns[index].heap != nil && columns[index].heap !== heap {
            columns[index].move(count, to: &writer)
        }
        return writer
    }

    /// Counts the nulls of the written records, and makes their columns refer to the heap with their text.
    mutating func appendedCells(_ rows: Int, text: inout HeapWriter) {
        let heap = text.finish()
        for index in columns.indices {
            columns[index].nulls += rows - Bits.count(count..<count + rows, in: columns[index].bits)
            guard columns[index].hasHeap else { continue }
            columns[index].heap = heap
            if text.isOverfull { columns[index].lacksText = true }
        }
    }
}

extension Column {
    /// Copies the texts of the first rows to another heap.
    mutating func move(_ count: Int, to writer: inout HeapWriter) {
        for row in 0..<count where !isNull(row) { words[row] = copied(words[row], to: &writer) }
    }

    /// A word that points to the same bytes in another heap.
    func copied(_ word: UInt64, to writer: inout HeapWriter) -> UInt64 {
        switch kind {
        case .text, .bytes: writer.append(text(word))
        case .decimal: writer.append(bytesInHeap(word)) & 0xFFFF_FFFF | word & ~0xFFFF_FFFF
        case .integer, .real, .boolean, .instant, .date: word
        }
    }
}
