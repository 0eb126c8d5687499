package import Records

/// Encodes the records of batches as CSV.
///
/// The bytes of a record depend on the record alone, so a text is the same however its records are split into batches.
package struct CSVRowEncoder: Sendable {
    /// How cells are written, beyond the dialect.
    package struct Cells: Sendable {
        /// The text for null.
        package var null: [UInt8] = []
        /// Whether an empty text is written as `""`, so that it differs from an empty null.
        package var quotesEmptyText = true
        /// Whether texts that begin like a formula get an apostrophe.
        package var escapesFormulas = false
        /// The time zone whose days are written for instants; nil if instants are written in full.
        package var zone: TimeZoneRules?

        /// RFC 4180, with nulls as nothing and empty texts as `""`.
        package init() {}
    }

    private let fields: [Field]
    private let dialect: CSVDialect
    private let cells: Cells
    private let signs: RawPen.CSVSigns
    private let isQuoted: Bool
    /// Whether only the dialect decides how a text is written.
    private let isPlain: Bool
    /// Whether instants, dates and decimal numbers need quotes.
    private let quotesTimes: Bool
    /// The field of a null, with quotes if it needs some.
    private let null: [UInt8]
    /// The most bytes of a record without the bytes of its texts.
    private let mostOfRecord: Int
    /// Converts instants to days, if only their days are written.
    private var days: LocalDays?
    /// What was remarkable about the texts of the records.
    package var findings = Findings()

    /// What was remarkable about the texts of records.
    package struct Findings: Sendable {
        /// Whether a record held the text that is read back as null.
        package var metNullText = false
        /// How many texts were escaped because they begin like a formula.
        package var escapedFormulas = 0

        /// Nothing was.
        package init() {}
    }

    /// An encoder of chosen columns.
    ///
    /// - Parameters:
    ///   - fields: The columns, at least one.
    ///   - dialect: The dialect of the text.
    ///   - cells: How cells are written.
    package init(_ fields: [Field], dialect: CSVDialect, cells: Cells) {
        self.fields = fields
        self.dialect = dialect
        self.cells = cells
        signs = RawPen.CSVSigns(dialect)
        isQuoted = dialect.quoting == .always
        isPlain = !isQuoted && !cells.escapesFormulas && cells.null.isEmpty
        quotesTimes = CSVWriter.quotesTimes(dialect)
        var null = CSVWriter(dialect)
        if !cells.null.isEmpty || (isQuoted && !cells.quotesEmptyText) { null.append(utf8: cells.null.span) }
        self.null = null.bytes
        let most = max(RawPen.mostOfReal, RawPen.mostOfInstant, 41) + 3
        mostOfRecord = fields.count * max(most, null.bytes.count + 1) + 4
        days = cells.zone?.localDays
    }

    /// Appends records.
    ///
    /// - Parameters:
    ///   - rows: The rows of the batch.
    ///   - batch: The batch.
    ///   - bytes: What to append to.
    package mutating func append(_ rows: Range<Int>, of batch: borrowing Batch, to bytes: inout [UInt8]) {
        batch.withMemory(of: fields) { columns in
            var row = rows.lowerBound
            while row < rows.upperBound {
                let (end, text) = RowBlock.end(from: row, upTo: rows.upperBound, columns: columns)
                let most = (end - row) * mostOfRecord + RawPen.mostOfField(text)
                RawPen.append(to: &bytes, atMost: most) { pen in
                    for row in row..<end { put(row, columns: columns, pen: &pen) }
                }
                row = end
            }
        }
    }

    @inline(__always)
    private mutating func put(_ row: Int, columns: UnsafeBufferPointer<ColumnMemory>, pen: inout RawPen) {
        let start = pen.next
        for index in columns.indices {
            if index > 0 { pen.put(dialect.separator) }
            put(row, column: columns[index], pen: &pen)
        }
        // Many programs ignore an empty line.
        if pen.next == start {
            pen.put(CSVSign.quote)
            pen.put(CSVSign.quote)
        }
        if dialect.lineEnd == .crlf { pen.put(CSVSign.cr) }
        pen.put(CSVSign.lf)
    }

    @inline(__always)
    private mutating func put(_ row: Int, column: ColumnMemory, pen: inout RawPen) {
        if let bits = column.bits, bits[row &>> 6] &>> UInt64(truncatingIfNeeded: row & 63) & 1 == 0 {
            return null.withUnsafeBufferPointer { pen.put($0) }
        }
        let word = column.words[row]
        switch column.kind {
        case .text: put(text: column.bytes + Int(word & 0xFFFF_FFFF), count: Int(word &>> 32), pen: &pen)
        case .integer: put(isQuoted, pen: &pen) { $0.put(integer: Int64(bitPattern: word)) }
        case .instant: put(instant: Int64(bitPattern: word), pen: &pen)
        case .date: put(quotesTimes, pen: &pen) { $0.put(days: Int(Int32(truncatingIfNeeded: word))) }
        case .boolean: put(isQuoted, pen: &pen) { word != 0 ? $0.put("true") : $0.put("false") }
        case .real: put(real: Double(bitPattern: word), pen: &pen)
        case .decimal: put(quotesTimes, pen: &pen) { $0.put(decimal: word, of: column) }
        case .bytes: put(bytes: column.bytes + Int(word & 0xFFFF_FFFF), count: Int(word &>> 32), pen: &pen)
        }
    }

    /// Writes what needs no escapes, in quotes or not.
    @inline(__always)
    private func put(_ isQuoted: Bool, pen: inout RawPen, write: (inout RawPen) -> Void) {
        if isQuoted { pen.put(CSVSign.quote) }
        write(&pen)
        if isQuoted { pen.put(CSVSign.quote) }
    }

    @inline(__always)
    private mutating func put(text: UnsafePointer<UInt8>, count: Int, pen: inout RawPen) {
        if isPlain {
            if count > 0 {
                pen.put(paddedField: text, count: count, signs: signs)
            } else if cells.quotesEmptyText {
                pen.put(CSVSign.quote)
                pen.put(CSVSign.quote)
            }
        } else {
            putChecked(text, count: count, pen: &pen)
        }
    }

    /// Writes a text where not only the dialect matters.
    @inline(never)
    private mutating func putChecked(_ text: UnsafePointer<UInt8>, count: Int, pen: inout RawPen) {
        let field = UnsafeBufferPointer(start: text, count: count)
        if !cells.null.isEmpty, field.elementsEqual(cells.null) { findings.metNullText = true }
        if cells.escapesFormulas, CSVFormula.begins(field.span) {
            findings.escapedFormulas += 1
            var csv = CSVWriter(dialect, capacity: 2 * count + 3)
            let escaped = [CSVFormula.mark] + field
            csv.append(utf8: escaped.span)
            csv.bytes.withUnsafeBufferPointer { pen.put($0) }
        } else if isQuoted || count == 0 {
            if count > 0 || isQuoted || cells.quotesEmptyText {
                pen.put(quotedField: text, count: count, signs: signs)
            }
        } else {
            pen.put(paddedField: text, count: count, signs: signs)
        }
    }

    @inline(__always)
    private mutating func put(instant: Int64, pen: inout RawPen) {
        if let day = days?.day(ofMicroseconds: instant) {
            put(quotesTimes, pen: &pen) { $0.put(days: Int(day)) }
        } else {
            put(quotesTimes, pen: &pen) { $0.put(instant: instant) }
        }
    }

    /// Writes a number, in quotes if the dialect separates fields by a character of it.
    @inline(__always)
    private func put(real: Double, pen: inout RawPen) {
        put(isQuoted || quotesTimes, pen: &pen) { $0.put(real: real) }
    }

    private func put(bytes: UnsafePointer<UInt8>, count: Int, pen: inout RawPen) {
        guard count > 0 || !cells.quotesEmptyText else {
            pen.put(CSVSign.quote)
            pen.put(CSVSign.quote)
            return
        }
        var csv = CSVWriter(dialect)
        csv.append(bytes: UnsafeBufferPointer(start: bytes, count: count).span)
        csv.bytes.withUnsafeBufferPointer { pen.put($0) }
    }
}
