extension Batch {
    /// Appends a record of nulls and returns its row.
    @inlinable
    public mutating func appendRow() -> Int {
        for _ in 0..<width { cells.append(.null) }
        numbers.append(nextNumber)
        nextNumber &+= 1
        rowCount &+= 1
        return rowCount &- 1
    }

    /// Appends a record, one value a column: for tests and small sources.
    ///
    /// - Precondition: there are as many values as columns, each null or of its column's kind.
    public mutating func append(_ values: [Value]) {
        precondition(values.count == width, "a record of \(values.count) values for \(width) columns")
        let row = appendRow()
        for (index, value) in values.enumerated() {
            set(value, row, Field(index: index, kind: schema.columns[index].kind))
        }
    }

    /// Appends a record of another batch with the same columns, with its number.
    public mutating func append(_ row: Int, of other: borrowing Batch) {
        precondition(other.width == width, "the batches have different columns")
        let own = appendRow()
        numbers[own] = other.numbers[row]
        for index in 0..<width {
            let cell = other.cells[row &* width &+ index]
            cells[own &* width &+ index] = carried(cell, from: other)
        }
    }

    /// Takes the last record out again.
    @inlinable
    public mutating func removeLastRow() {
        cells.removeLast(width)
        numbers.removeLast()
        rowCount &-= 1
        nextNumber &-= 1
    }

    /// Makes a cell null.
    @inlinable
    public mutating func clear(_ row: Int, _ field: Field) { cells[row &* width &+ field.index] = .null }

    /// Puts a whole number into a cell.
    @inlinable
    public mutating func set(_ integer: Int64, _ row: Int, _ field: Field) {
        cells[row &* width &+ field.index] = .integer(integer)
    }

    /// Puts a floating-point number into a cell.
    @inlinable
    public mutating func set(_ real: Double, _ row: Int, _ field: Field) {
        cells[row &* width &+ field.index] = .real(real)
    }

    /// Puts true or false into a cell.
    @inlinable
    public mutating func set(_ boolean: Bool, _ row: Int, _ field: Field) {
        cells[row &* width &+ field.index] = .boolean(boolean)
    }

    /// Puts a moment into a cell: microseconds since 1970-01-01T00:00:00Z.
    @inlinable
    public mutating func set(instant: Int64, _ row: Int, _ field: Field) {
        cells[row &* width &+ field.index] = .instant(instant)
    }

    /// Puts a day into a cell: days since 1970-01-01.
    @inlinable
    public mutating func set(date: Int32, _ row: Int, _ field: Field) {
        cells[row &* width &+ field.index] = .date(date)
    }

    /// Puts an exact decimal number into a cell.
    public mutating func set(_ decimal: ExactDecimal, _ row: Int, _ field: Field) {
        let start = arena.count
        withUnsafeBytes(of: decimal.coefficient.littleEndian) { arena.append(contentsOf: $0) }
        precondition(arena.count <= Batch.maximumBytesOfText, "a batch holds more than 4 GiB of text")
        cells[row &* width &+ field.index] = .decimal(
            start: UInt32(truncatingIfNeeded: start),
            scale: UInt32(truncatingIfNeeded: decimal.scale)
        )
    }

    /// Copies bytes into the arena and puts them into a cell.
    ///
    /// - Precondition: the batch stays below `maximumBytesOfText`.
    public mutating func set(bytes: Span<UInt8>, _ row: Int, _ field: Field) {
        set(utf8: bytes, row, field)
        guard case .text(let start, let count) = cell(row, field) else { return }
        cells[row &* width &+ field.index] = .bytes(start: start, count: count)
    }

    /// Copies the bytes of a text into the arena and puts it into a cell.
    ///
    /// - Precondition: `bytes` are valid UTF-8, and the batch stays below `maximumBytesOfText`.
    @inlinable
    public mutating func set(utf8 bytes: Span<UInt8>, _ row: Int, _ field: Field) {
        bytes.withUnsafeBufferPointer { set(utf8: $0, row, field) }
    }

    /// Copies the bytes of a text into the arena and puts it into a cell.
    ///
    /// - Precondition: `bytes` are valid UTF-8, and the batch stays below `maximumBytesOfText`.
    @inlinable
    public mutating func set(utf8 bytes: UnsafeBufferPointer<UInt8>, _ row: Int, _ field: Field) {
        let start = arena.count
        arena.append(contentsOf: bytes)
        precondition(arena.count <= Batch.maximumBytesOfText, "a batch holds more than 4 GiB of text")
        cells[row &* width &+ field.index] = .text(
            start: UInt32(truncatingIfNeeded: start),
            count: UInt32(truncatingIfNeeded: bytes.count)
        )
    }

    /// Puts a text into a cell; off the hot path.
    public mutating func set(_ text: String, _ row: Int, _ field: Field) {
        var text = text
        text.withUTF8 { set(utf8: $0, row, field) }
    }

    /// Puts a value into a cell.
    ///
    /// - Precondition: the value is null or of the field's kind.
    public mutating func set(_ value: Value, _ row: Int, _ field: Field) {
        switch (value, field.kind) {
        case (.null, _): clear(row, field)
        case (.boolean(let value), .boolean): set(value, row, field)
        case (.integer(let value), .integer): set(value, row, field)
        case (.real(let value), .real): set(value, row, field)
        case (.text(let value), .text): set(value, row, field)
        case (.instant(let value), .instant): set(instant: value, row, field)
        case (.date(let value), .date): set(date: value, row, field)
        case (.decimal(let value), .decimal): set(value, row, field)
        case (.bytes(let value), .bytes): set(bytes: value.span, row, field)
        default: preconditionFailure("\(value) in a column of kind \(field.kind)")
        }
    }

    /// Appends up to `limit` records at once, for decoders: the checks of a cell-by-cell writer are made once for all.
    ///
    /// - Parameters:
    ///   - limit: How many records at most.
    ///   - fill: Writes cells, row after row and each of its column's kind, and returns how many rows those are and the
    ///     text that their text cells point to, which begins at the offset `bytesOfText`. It is valid UTF-8, cut only
    ///     between characters.
    package mutating func appendRows(
        atMost limit: Int,
        _ fill: (UnsafeMutableBufferPointer<Cell>) -> (rows: Int, text: UnsafeBufferPointer<UInt8>)
    ) {
        let width = width
        var rows = 0
        // At least one: without room of its own the count is written into the empty array that all share.
        cells.append(addingCapacity: max(1, limit * width)) { tail in
            tail.withUnsafeMutableBufferPointer { cells, initialized in
                let filled = fill(UnsafeMutableBufferPointer(rebasing: cells[..<(limit * width)]))
                precondition(0...limit ~= filled.rows, "more rows than asked for")
                rows = filled.rows
                initialized = rows * width
                arena.append(contentsOf: filled.text)
            }
        }
        precondition(arena.count <= Batch.maximumBytesOfText, "a batch holds more than 4 GiB of text")
        numbers.reserveCapacity(numbers.count + rows)
        for _ in 0..<rows {
            numbers.append(nextNumber)
            nextNumber &+= 1
        }
        rowCount += rows
    }

    /// Copies a cell of one column into another of the same kind; no text moves.
    @inlinable
    public mutating func copy(_ source: Field, to target: Field, _ row: Int) {
        cells[row &* width &+ target.index] = cells[row &* width &+ source.index]
    }

    /// Copies a cell of another batch into a cell of the same kind.
    @inlinable
    public mutating func copy(
        _ row: Int,
        _ field: Field,
        of other: borrowing Batch,
        to ownRow: Int,
        _ ownField: Field
    ) {
        let cell = other.cells[row &* other.width &+ field.index]
        cells[ownRow &* width &+ ownField.index] = carried(cell, from: other)
    }

    /// A cell of another batch, its text copied into this one's arena.
    @usableFromInline
    mutating func carried(_ cell: Cell, from other: borrowing Batch) -> Cell {
        let own = UInt32(truncatingIfNeeded: arena.count)
        switch cell {
        case .text(let start, let count):
            carry(Int(start)..<Int(start) + Int(count), from: other)
            return .text(start: own, count: count)
        case .bytes(let start, let count):
            carry(Int(start)..<Int(start) + Int(count), from: other)
            return .bytes(start: own, count: count)
        case .decimal(let start, let scale):
            carry(Int(start)..<Int(start) + 16, from: other)
            return .decimal(start: own, scale: scale)
        case .null, .boolean, .integer, .real, .instant, .date: return cell
        }
    }

    private mutating func carry(_ range: Range<Int>, from other: borrowing Batch) {
        arena.append(contentsOf: other.arena[range])
        precondition(arena.count <= Batch.maximumBytesOfText, "a batch holds more than 4 GiB of text")
    }
}
