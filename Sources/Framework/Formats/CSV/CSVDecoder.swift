public import Diagnostics
public import Records

/// Decodes pages of CSV into batches: only the fields that are asked for.
public struct CSVDecoder: Sendable {
    let syntax: CSVSyntax
    let plan: CSVColumns
    let cell: CSVCell
    private let step: Int

    /// A decoder of one kind of file.
    public init(_ syntax: CSVSyntax, columns: CSVColumns) {
        self.syntax = syntax
        plan = columns
        cell = CSVCell(syntax)
        step = syntax.delimiter.count
    }

    /// Appends the records of a page; blank lines and comments do not count.
    ///
    /// The position of a record is the name and the line on which it begins. Records with a fault or with a value that
    /// does not fit its column are rejected.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - name: The name of the file, for positions and messages.
    ///   - batch: A batch that has the columns of the plan.
    ///   - file: A column of text that receives the name, if there is one.
    /// - Throws: `csv.encoding`: the page is not UTF-8.
    public func decode(
        _ page: CSVPage,
        name: String,
        into batch: inout Batch,
        file: Field? = nil
    ) throws(Diagnostic) {
        try checkEncoding(of: page, name: name)
        batch.begin(name, counting: "line")
        let records = CSVRecords(of: page, syntax: syntax, plan: plan)
        var misfits: [CSVMisfit] = []
        let before = batch.count
        if records.count > 0 {
            batch.number(from: page.line(of: Int(records.numbers[0])))
            batch.appendRows(atMost: records.count) { rows in
                for column in plan.columns {
                    rows.fill(column.field) { cells in
                        if column.takesAll {
                            write(column.place, of: records, page: page, to: &cells)
                        } else {
                            convert(column, of: records, page: page, to: &cells, misfits: &misfits)
                        }
                    }
                }
                if case .extra(let field?) = plan.ragged {
                    rows.fill(field) { writeExtra(of: records, page: page, to: &$0) }
                }
                if let file {
                    rows.fill(file) { cells in for _ in 0..<records.count { cells.append(name) } }
                }
                rows.endRows(records.count)
            }
            if page.hasInnerLines || !records.areConsecutive {
                batch.number(last: page.lines(of: UnsafeBufferPointer(rebasing: records.numbers[..<records.count])))
            }
        }
        guard !misfits.isEmpty || !records.rejected.isEmpty else { return }
        reject(misfits, of: records, page: page, name: name, before: before, in: &batch)
    }

    private func checkEncoding(of page: CSVPage, name: String) throws(Diagnostic) {
        guard !page.isASCII, let place = UTF8Validity.firstInvalid(in: page.bytes, page.range) else { return }
        let line = page.firstLine + CSVLines.count(page.bytes, page.range.lowerBound..<place)
        throw Self.encodingFault(name, line: line)
    }

    static func encodingFault(_ name: String, line: Int) -> Diagnostic {
        Diagnostic(
            "csv.encoding",
            message: "the record is not valid UTF-8",
            at: .file("\(name):\(line)"),
            hint: "save the file as UTF-8 and give it again, or state its encoding"
        )
    }

    // MARK: Fields

    /// A field of a record, without the line end; nil if the record has no such field.
    @inline(__always)
    func field(
        _ place: Int,
        of row: Int,
        in records: borrowing CSVRecords,
        page: CSVPage
    ) -> UnsafeBufferPointer<UInt8>? {
        if let widths = records.widths, place >= Int(widths[row]) { return nil }
        let ends = page.index.ends + Int(records.firsts[row])
        let start = Int(ends[place &- 1] &+ 1) &+ (place == 0 ? 0 : step &- 1)
        let end = Int(ends[place])
        var count = end &- start
        let isLast = place &+ 1 == (records.widths.map { Int($0[row]) } ?? plan.width)
        if isLast, count > 0, page.bytes[end] == CSVSign.lf, page.bytes[end &- 1] == CSVSign.cr { count &-= 1 }
        return UnsafeBufferPointer(start: page.bytes + start, count: count)
    }

    /// Writes a column of text.
    private func write(
        _ place: Int,
        of records: borrowing CSVRecords,
        page: CSVPage,
        to cells: inout ColumnBuilder
    ) {
        guard !isPlain || records.widths != nil else {
            return writePlain(place, of: records, page: page, to: &cells)
        }
        var scratch: [UInt8] = []
        for row in 0..<records.count {
            guard let field = field(place, of: row, in: records, page: page) else {
                cells.appendNull()
                continue
            }
            if field.isEmpty {
                if plan.emptyIsText { cells.append(utf8: field) } else { cells.appendNull() }
            } else {
                cell.withContent(of: field, scratch: &scratch) { append($0, to: &cells) }
            }
        }
    }

    /// Writes a column of text whose fields are mostly what they look like.
    private func writePlain(
        _ place: Int,
        of records: borrowing CSVRecords,
        page: CSVPage,
        to cells: inout ColumnBuilder
    ) {
        var scratch: [UInt8] = []
        let bytes = UnsafePointer(page.bytes)
        let ends = UnsafePointer(page.index.ends) + place
        let firsts = UnsafePointer(records.firsts.baseAddress.unsafelyUnwrapped)
        let isLast = place == plan.width &- 1
        // No byte of UTF-8 is 255.
        let quote = syntax.quote ?? 0xFF
        for row in 0..<records.count {
            let field = ends + Int(firsts[row])
            let start = Int(field[-1] &+ 1)
            let end = Int(field[0])
            var count = end &- start
            if isLast, count > 0, bytes[end] == CSVSign.lf, bytes[end &- 1] == CSVSign.cr { count &-= 1 }
            if count == 0 {
                cells.appendNull()
            } else if bytes[start] == quote {
                let field = UnsafeBufferPointer(start: bytes + start, count: count)
                cell.withContent(of: field, scratch: &scratch) { append($0, to: &cells) }
            } else {
                cells.append(padded: bytes + start, count: count)
            }
        }
    }

    /// Whether most fields need no look: no escape signs, one byte between fields, and nothing but an empty one is null.
    private var isPlain: Bool {
        if case .sign = syntax.escape { return false }
        return step == 1 && plan.nulls.isEmpty && !plan.emptyIsText
    }

    @inline(__always)
    private func append(_ text: UnsafeBufferPointer<UInt8>, to cells: inout ColumnBuilder) {
        if plan.isNull(text) {
            cells.appendNull()
        } else {
            // The page and the scratch have sixteen bytes after each text.
            cells.append(padded: text.baseAddress.unsafelyUnwrapped, count: text.count)
        }
    }

    /// Writes the surplus fields of each record as a JSON array.
    private func writeExtra(of records: borrowing CSVRecords, page: CSVPage, to cells: inout ColumnBuilder) {
        for row in 0..<records.count {
            guard let widths = records.widths, Int(widths[row]) > plan.width else {
                cells.appendNull()
                continue
            }
            var json: [UInt8] = [UInt8(ascii: "[")]
            for place in plan.width..<Int(widths[row]) {
                if place > plan.width { json.append(UInt8(ascii: ",")) }
                let text = field(place, of: row, in: records, page: page).map(cell.text) ?? ""
                JSONText.append(text.utf8.span, to: &json)
            }
            json.append(UInt8(ascii: "]"))
            cells.append(utf8: json.span)
        }
    }

    /// Writes a column of another kind; values that do not fit are null, and noted.
    private func convert(
        _ column: CSVColumns.Column,
        of records: borrowing CSVRecords,
        page: CSVPage,
        to cells: inout ColumnBuilder,
        misfits: inout [CSVMisfit]
    ) {
        let reader = column.reader
        let place = column.place
        var scratch: [UInt8] = []
        for row in 0..<records.count {
            guard let field = field(place, of: row, in: records, page: page), !field.isEmpty else {
                cells.appendNull()
                continue
            }
            let fits = cell.withContent(of: field, scratch: &scratch) { text in
                if text.isEmpty || plan.isNull(text) {
                    cells.appendNull()
                    return true
                }
                if let reader { return reader.append(text, to: &cells) }
                guard JSONText.isValue(text.span) else { return false }
                cells.append(utf8: text)
                return true
            }
            if !fits {
                cells.appendNull()
                misfits.append(CSVMisfit(row: row, column: column))
            }
        }
    }
}

/// A value that does not fit its column.
struct CSVMisfit {
    /// The row among the records of the page.
    let row: Int
    let column: CSVColumns.Column
}
