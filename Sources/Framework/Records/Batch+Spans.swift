/// Columns in memory, for loops.
///
/// A span keeps the batch borrowed: it must be released before the batch is changed.
extension Batch {
    /// The whole numbers of a column, one for each record; 0 for a null.
    ///
    /// - Precondition: The column is of kind integer.
    @inlinable
    public subscript(integers field: Field) -> Span<Int64> {
        @_lifetime(borrow self)
        get { _overrideLifetime(cells(of: field, kind: .integer, as: Int64.self), borrowing: self) }
    }

    /// The floating-point numbers of a column, one for each record; 0 for a null.
    ///
    /// - Precondition: The column is of kind real.
    @inlinable
    public subscript(reals field: Field) -> Span<Double> {
        @_lifetime(borrow self)
        get { _overrideLifetime(cells(of: field, kind: .real, as: Double.self), borrowing: self) }
    }

    /// The instants of a column, one for each record, in microseconds since 1970-01-01T00:00:00Z; 0 for a null.
    ///
    /// - Precondition: The column is of kind instant.
    @inlinable
    public subscript(instants field: Field) -> Span<Int64> {
        @_lifetime(borrow self)
        get { _overrideLifetime(cells(of: field, kind: .instant, as: Int64.self), borrowing: self) }
    }

    /// The dates of a column, one for each record, in days since 1970-01-01; 0 for a null.
    ///
    /// - Precondition: The column is of kind date.
    @inlinable
    public subscript(dates field: Field) -> Span<Int64> {
        @_lifetime(borrow self)
        get { _overrideLifetime(cells(of: field, kind: .date, as: Int64.self), borrowing: self) }
    }

    /// The booleans of a column, one for each record; false for a null.
    ///
    /// - Precondition: the column is of kind boolean.
    @inlinable
    public subscript(booleans field: Field) -> Booleans {
        @_lifetime(borrow self)
        get {
            let booleans = Booleans(words: cells(of: field, kind: .boolean, as: UInt64.self))
            return _overrideLifetime(booleans, borrowing: self)
        }
    }

    /// The texts of a column, one for each record.
    ///
    /// - Precondition: the column is of kind text.
    @inlinable
    public subscript(texts field: Field) -> Texts {
        @_lifetime(borrow self)
        get {
            let words = cells(of: field, kind: .text, as: UInt64.self)
            let texts = Texts(words: words, column: columns[field.index])
            return _overrideLifetime(texts, borrowing: self)
        }
    }

    /// The bytes of a column, one for each record.
    ///
    /// - Precondition: the column is of kind bytes.
    @inlinable
    public subscript(bytes field: Field) -> Texts {
        @_lifetime(borrow self)
        get {
            let words = cells(of: field, kind: .bytes, as: UInt64.self)
            let texts = Texts(words: words, column: columns[field.index])
            return _overrideLifetime(texts, borrowing: self)
        }
    }

    /// The decimal numbers of a column, one for each record.
    ///
    /// - Precondition: the column is of kind decimal.
    @inlinable
    public subscript(decimals field: Field) -> Decimals {
        @_lifetime(borrow self)
        get {
            let words = cells(of: field, kind: .decimal, as: UInt64.self)
            let decimals = Decimals(words: words, column: columns[field.index])
            return _overrideLifetime(decimals, borrowing: self)
        }
    }

    /// Which records have a value in a column.
    @inlinable
    public subscript(presence field: Field) -> Presence {
        @_lifetime(borrow self)
        get {
            let column = columns[field.index]
            let presence = Presence(bits: column.bits, count: rowCount, nulls: column.nulls)
            return _overrideLifetime(presence, borrowing: self)
        }
    }

    @inlinable
    @_lifetime(borrow self)
    func cells<Word: BitwiseCopyable>(of field: Field, kind: Schema.Kind, as: Word.Type) -> Span<Word> {
        precondition(columns[field.index].kind == kind, "a column of another kind")
        let words = UnsafeRawPointer(columns[field.index].words).assumingMemoryBound(to: Word.self)
        return _overrideLifetime(Span(_unsafeStart: words, count: rowCount), borrowing: self)
    }
}

/// Which records have a value in a column.
public struct Presence: ~Escapable {
    @usableFromInline let bits: UnsafePointer<UInt64>
    @usableFromInline let nulls: Int
    /// How many records there are.
    public let count: Int

    @inlinable
    @_lifetime(immortal)
    init(bits: UnsafePointer<UInt64>, count: Int, nulls: Int) {
        self.bits = bits
        self.count = count
        self.nulls = nulls
    }

    /// Whether all of them have a value, so that rows need not be tested.
    @inlinable public var isFull: Bool { nulls == 0 }

    /// Whether a record has a value.
    @inlinable
    public subscript(row: Int) -> Bool {
        precondition(UInt(bitPattern: row) < UInt(bitPattern: count), "there is no such row")
        return nulls == 0 || bits[row &>> 6] &>> UInt64(truncatingIfNeeded: row & 63) & 1 != 0
    }
}

/// The booleans of a column, one for each record.
public struct Booleans: ~Escapable {
    @usableFromInline let words: Span<UInt64>

    @inlinable
    @_lifetime(copy words)
    init(words: Span<UInt64>) { self.words = words }

    /// How many records there are.
    @inlinable public var count: Int { words.count }

    /// Whether the value of a record is true.
    @inlinable public subscript(row: Int) -> Bool { words[row] != 0 }
}

/// The decimal numbers of a column, one for each record.
public struct Decimals: ~Escapable {
    @usableFromInline let words: Span<UInt64>
    @usableFromInline let column: Column

    @inlinable
    @_lifetime(copy words)
    init(words: Span<UInt64>, column: Column) {
        self.words = words
        self.column = column
    }

    /// How many records there are.
    @inlinable public var count: Int { words.count }

    /// A number; nil for null.
    @inlinable
    public subscript(row: Int) -> ExactDecimal? {
        let word = words[row]
        // Only the word of a null has 0 in its upper half.
        return word &>> 32 == 0 ? nil : column.decimal(word)
    }
}

/// The texts of a column, or its bytes, one for each record.
public struct Texts: ~Escapable {
    @usableFromInline let words: Span<UInt64>
    @usableFromInline let column: Column

    @inlinable
    @_lifetime(copy words)
    init(words: Span<UInt64>, column: Column) {
        self.words = words
        self.column = column
    }

    /// How many records there are.
    @inlinable public var count: Int { words.count }

    /// The bytes of a text, which are valid UTF-8, or other bytes; nil for null.
    @inlinable
    public subscript(row: Int) -> Span<UInt8>? {
        @_lifetime(copy self)
        get {
            let word = words[row]
            // Null and the empty text both have length 0.
            if word &>> 32 == 0, column.isNull(row) { return nil }
            let span = Span(_unsafeElements: column.text(word))
            return _overrideLifetime(span, copying: self)
        }
    }
}
