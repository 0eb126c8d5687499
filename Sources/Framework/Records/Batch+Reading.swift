extension Batch {
    /// The word of a cell; nil for null, and if the column is of another kind.
    @inlinable
    func word(_ row: Int, in field: Field, kind: Schema.Kind) -> UInt64? {
        precondition(UInt(bitPattern: row) < UInt(bitPattern: rowCount), "there is no such row")
        guard columns[field.index].kind == kind, !columns[field.index].isNull(row) else { return nil }
        return columns[field.index].words[row]
    }

    /// Whether a cell is null.
    @inlinable
    public func isNull(_ row: Int, in field: Field) -> Bool {
        precondition(UInt(bitPattern: row) < UInt(bitPattern: rowCount), "there is no such row")
        return columns[field.index].isNull(row)
    }

    /// A whole number, or nil for null.
    @inlinable
    public func integer(_ row: Int, in field: Field) -> Int64? {
        word(row, in: field, kind: .integer).map { Int64(bitPattern: $0) }
    }

    /// A floating-point number, or nil for null.
    @inlinable
    public func real(_ row: Int, in field: Field) -> Double? {
        word(row, in: field, kind: .real).map { Double(bitPattern: $0) }
    }

    /// True or false, or nil for null.
    @inlinable
    public func boolean(_ row: Int, in field: Field) -> Bool? {
        word(row, in: field, kind: .boolean).map { $0 != 0 }
    }

    /// Microseconds since 1970-01-01T00:00:00Z, or nil for null.
    @inlinable
    public func instant(_ row: Int, in field: Field) -> Int64? {
        word(row, in: field, kind: .instant).map { Int64(bitPattern: $0) }
    }

    /// Days since 1970-01-01, or nil for null.
    @inlinable
    public func date(_ row: Int, in field: Field) -> Int32? {
        word(row, in: field, kind: .date).map { Int32(truncatingIfNeeded: $0) }
    }

    /// An exact decimal number, or nil for null.
    @inlinable
    public func decimal(_ row: Int, in field: Field) -> ExactDecimal? {
        guard let word = word(row, in: field, kind: .decimal) else { return nil }
        return withExtendedLifetime(self) { columns[field.index].decimal(word) }
    }

    /// Bytes in place, or nil for null.
    @inlinable
    @_lifetime(borrow self)
    public func bytes(_ row: Int, in field: Field) -> Span<UInt8>? {
        guard let word = word(row, in: field, kind: .bytes) else { return nil }
        let span = Span(_unsafeElements: columns[field.index].text(word))
        return _overrideLifetime(span, borrowing: self)
    }

    /// The bytes of a text in place, valid UTF-8, or nil for null.
    @inlinable
    @_lifetime(borrow self)
    public func utf8(_ row: Int, in field: Field) -> Span<UInt8>? {
        guard let word = word(row, in: field, kind: .text) else { return nil }
        let span = Span(_unsafeElements: columns[field.index].text(word))
        return _overrideLifetime(span, borrowing: self)
    }

    /// A text as a `String`, or nil for null.
    ///
    /// It allocates: do not use it on the hot path.
    public func text(_ row: Int, in field: Field) -> String? {
        guard let word = word(row, in: field, kind: .text) else { return nil }
        return withExtendedLifetime(self) { String(decoding: columns[field.index].text(word), as: UTF8.self) }
    }

    /// Whether a text cell holds exactly these bytes.
    @inlinable
    public func text(_ row: Int, in field: Field, equals bytes: [UInt8]) -> Bool {
        guard let word = word(row, in: field, kind: .text), Int(truncatingIfNeeded: word &>> 32) == bytes.count else {
            return false
        }
        let text = columns[field.index].text(word)
        for index in 0..<bytes.count where text[index] != bytes[index] { return false }
        return true
    }

    /// A cell as a value; not for the hot path.
    public subscript(row: Int, field: Field) -> Value {
        guard !isNull(row, in: field) else { return .null }
        return switch columns[field.index].kind {
        case .boolean: boolean(row, in: field).map(Value.boolean) ?? .null
        case .integer: integer(row, in: field).map(Value.integer) ?? .null
        case .real: real(row, in: field).map(Value.real) ?? .null
        case .instant: instant(row, in: field).map(Value.instant) ?? .null
        case .text: text(row, in: field).map(Value.text) ?? .null
        case .date: date(row, in: field).map(Value.date) ?? .null
        case .decimal: decimal(row, in: field).map(Value.decimal) ?? .null
        case .bytes: .bytes(copy(of: bytes(row, in: field)))
        }
    }

    private func copy(of bytes: Span<UInt8>?) -> [UInt8] {
        guard let bytes else { return [] }
        return bytes.withUnsafeBufferPointer { Array($0) }
    }

    /// A record as values, one per column; not for the hot path.
    public subscript(row: Int) -> [Value] {
        (0..<schema.width).map { self[row, Field(index: $0, kind: schema.columns[$0].kind)] }
    }

    /// All records as values, for tests and previews.
    public var records: [[Value]] { (0..<count).map { self[$0] } }
}

extension Batch: Equatable {
    /// Whether two batches have the same columns and the same records in the same order, whatever their origins and
    /// their layout in memory.
    public static func == (left: Batch, right: Batch) -> Bool {
        guard left.schema == right.schema, left.count == right.count else { return false }
        return zip(left.columns, right.columns).allSatisfy { column, other in
            (0..<left.count).allSatisfy { column.isEqual($0, to: other, at: $0) }
        }
    }
}
