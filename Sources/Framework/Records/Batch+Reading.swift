extension Batch {
    @inlinable
    func cell(_ row: Int, _ field: Field) -> Cell {
        cells[row &* width &+ field.index]
    }

    /// Whether a cell is null.
    @inlinable
    public func isNull(_ row: Int, _ field: Field) -> Bool {
        if case .null = cell(row, field) { return true }
        return false
    }

    /// A whole number, or nil for null.
    @inlinable
    public func integer(_ row: Int, _ field: Field) -> Int64? {
        if case .integer(let value) = cell(row, field) { return value }
        return nil
    }

    /// A floating-point number, or nil for null.
    @inlinable
    public func real(_ row: Int, _ field: Field) -> Double? {
        if case .real(let value) = cell(row, field) { return value }
        return nil
    }

    /// True or false, or nil for null.
    @inlinable
    public func boolean(_ row: Int, _ field: Field) -> Bool? {
        if case .boolean(let value) = cell(row, field) { return value }
        return nil
    }

    /// Microseconds since 1970-01-01T00:00:00Z, or nil for null.
    @inlinable
    public func instant(_ row: Int, _ field: Field) -> Int64? {
        if case .instant(let value) = cell(row, field) { return value }
        return nil
    }

    /// Days since 1970-01-01, or nil for null.
    @inlinable
    public func date(_ row: Int, _ field: Field) -> Int32? {
        if case .date(let value) = cell(row, field) { return value }
        return nil
    }

    /// An exact decimal number, or nil for null.
    public func decimal(_ row: Int, _ field: Field) -> ExactDecimal? {
        guard case .decimal(let start, let scale) = cell(row, field) else { return nil }
        return decimal(start, scale)
    }

    private func decimal(_ start: UInt32, _ scale: UInt32) -> ExactDecimal {
        let coefficient = arena[Int(start)..<Int(start) + 16].reversed().reduce(0) { $0 << 8 | UInt128($1) }
        return ExactDecimal(valid: Int128(truncatingIfNeeded: coefficient), scale: Int(scale))
    }

    /// Bytes where they lie, or nil for null.
    @inlinable
    @_lifetime(borrow self)
    public func bytes(_ row: Int, _ field: Field) -> Span<UInt8>? {
        guard case .bytes(let start, let count) = cell(row, field) else { return nil }
        let span = arena.span.extracting(Int(start)..<Int(start) + Int(count))
        return _overrideLifetime(span, borrowing: self)
    }

    /// The bytes of a text where they lie, valid UTF-8, or nil for null.
    @inlinable
    @_lifetime(borrow self)
    public func utf8(_ row: Int, _ field: Field) -> Span<UInt8>? {
        guard case .text(let start, let count) = cell(row, field) else { return nil }
        let span = arena.span.extracting(Int(start)..<Int(start) + Int(count))
        return _overrideLifetime(span, borrowing: self)
    }

    /// A text as a `String`, or nil for null.
    ///
    /// Off the hot path only: it allocates.
    public func text(_ row: Int, _ field: Field) -> String? {
        guard case .text(let start, let count) = cell(row, field) else { return nil }
        return String(decoding: arena[Int(start)..<Int(start) + Int(count)], as: UTF8.self)
    }

    /// Whether a text cell holds exactly these bytes.
    @inlinable
    public func text(_ row: Int, _ field: Field, equals bytes: [UInt8]) -> Bool {
        guard case .text(let start, let count) = cell(row, field), Int(count) == bytes.count else { return false }
        let first = Int(start)
        for index in 0..<bytes.count where arena[first &+ index] != bytes[index] { return false }
        return true
    }

    /// A cell as a value; off the hot path only.
    public subscript(row: Int, field: Field) -> Value {
        switch cell(row, field) {
        case .null: .null
        case .boolean(let value): .boolean(value)
        case .integer(let value): .integer(value)
        case .real(let value): .real(value)
        case .instant(let value): .instant(value)
        case .text: text(row, field).map(Value.text) ?? .null
        case .date(let value): .date(value)
        case .decimal(let start, let scale): .decimal(decimal(start, scale))
        case .bytes(let start, let count): .bytes(Array(arena[Int(start)..<Int(start) + Int(count)]))
        }
    }

    /// A record as values, one a column; off the hot path only.
    public subscript(row: Int) -> [Value] {
        (0..<width).map { self[row, Field(index: $0, kind: schema.columns[$0].kind)] }
    }

    /// All records as values, for tests and previews.
    public var records: [[Value]] { (0..<count).map { self[$0] } }

    /// Whether two cells hold the same: same kind, same value, same text.
    func hasSame(_ left: Cell, as right: Cell, in other: borrowing Batch) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.boolean(let left), .boolean(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left == right || (left.isNaN && right.isNaN)
        case (.instant(let left), .instant(let right)): left == right
        case (.date(let left), .date(let right)): left == right
        case (.decimal(let start, let scale), .decimal(let otherStart, let otherScale)):
            decimal(start, scale) == other.decimal(otherStart, otherScale)
        case (.text(let start, let count), .text(let otherStart, let otherCount)),
            (.bytes(let start, let count), .bytes(let otherStart, let otherCount)):
            count == otherCount
                && arena[Int(start)..<Int(start) + Int(count)].elementsEqual(
                    other.arena[Int(otherStart)..<Int(otherStart) + Int(otherCount)]
                )
        default: false
        }
    }
}

extension Batch: Equatable {
    /// Whether two batches have the same columns and the same records in the same order; where they came from and
    /// how their text is laid out does not count.
    public static func == (left: Batch, right: Batch) -> Bool {
        guard left.schema == right.schema, left.count == right.count else { return false }
        return left.cells.indices.allSatisfy { left.hasSame(left.cells[$0], as: right.cells[$0], in: right) }
    }
}
