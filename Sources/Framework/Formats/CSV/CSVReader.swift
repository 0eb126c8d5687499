public import Diagnostics

/// Reads the records of a CSV text one after the other.
///
/// Fields may be quoted and then contain delimiters, quotes and line ends. A record ends with LF, CR LF or CR; the last
/// one may end with the text. A byte order mark is skipped. A quote inside an unquoted field is an ordinary character.
/// Spaces belong to fields. For large files, `CSVCutter` and `CSVDecoder` fill batches.
///
///     var reader = CSVReader(input, name: "diary.csv")
///     var record = CSVRecord()
///     while try reader.read(into: &record) { … }
public struct CSVReader<Input: ByteInput> {
    private var input: Input
    private let cutter: CSVCutter
    private let cell: CSVCell
    private var page: CSVPage?
    /// The index in the page of the next record.
    private var next = 0
    private var failure: Diagnostic?

    /// Creates a reader of `input`.
    ///
    /// - Parameters:
    ///   - input: The text, as UTF-8.
    ///   - dialect: The dialect; its line end and quoting do not matter.
    ///   - name: The name for messages, usually the path of a file.
    ///   - maximumRecordSize: The maximum size of one record in bytes: a missing quote makes the rest of a file one
    ///     field.
    public init(
        _ input: Input,
        dialect: CSVDialect = CSVDialect(),
        name: String,
        maximumRecordSize: Int = 16 << 20
    ) {
        self.init(input, syntax: CSVSyntax(dialect), name: name, maximumRecordSize: maximumRecordSize)
    }

    /// Creates a reader of `input`, which is written with other signs.
    ///
    /// - Parameters:
    ///   - input: The text, as UTF-8.
    ///   - syntax: The signs of the text.
    ///   - name: The name for messages, usually the path of a file.
    ///   - maximumRecordSize: The maximum size of one record in bytes.
    public init(_ input: Input, syntax: CSVSyntax, name: String, maximumRecordSize: Int = 16 << 20) {
        self.input = input
        cutter = CSVCutter(
            syntax,
            name: name,
            pageSize: CSVCutter.PageSize(records: 256),
            maximumRecordSize: maximumRecordSize
        )
        cell = CSVCell(syntax)
    }

    /// Reads the next record and returns whether there was one.
    ///
    /// An empty line is a record; see `CSVRecord.isBlank`. So is a comment, of one field.
    ///
    /// After an error every further call throws the same error.
    ///
    /// - Throws: `csv.quote` if text follows a closing quote, `csv.unclosed-quote`, `csv.record-too-long`,
    ///   `csv.encoding` if the text is not UTF-8; and what the input throws.
    public mutating func read(into record: inout CSVRecord) throws(Diagnostic) -> Bool {
        if let failure { throw failure }
        do throws(Diagnostic) {
            guard let page = try currentPage() else { return false }
            try read(next, of: page, into: &record)
            next += 1
            return true
        } catch {
            failure = error
            throw error
        }
    }

    /// The page with the next record; nil at the end.
    private mutating func currentPage() throws(Diagnostic) -> CSVPage? {
        if let page, next < page.recordCount { return page }
        next = 0
        while true {
            if let page = try cutter.next() {
                self.page = page
                return page
            }
            if cutter.isAtEnd { return nil }
            cutter.take(try input.read(into: cutter.room()))
        }
    }

    private func read(_ number: Int, of page: CSVPage, into record: inout CSVRecord) throws(Diagnostic) {
        record.removeAll()
        record.line = page.line(of: number)
        let range = page.bytes(of: number)
        if UTF8Validity.firstInvalid(in: page.bytes, range) != nil {
            throw CSVDecoder.encodingFault(cutter.name, line: record.line)
        }
        if let fault = page.faults[number] { throw cutter.faultyRecord(fault, line: record.line) }
        var scratch: [UInt8] = []
        for field in page.fields(of: number, syntax: cutter.syntax) {
            if cell.isQuoted(field) { record.hasQuotes = true }
            cell.withContent(of: field, scratch: &scratch) { record.bytes.append(contentsOf: $0) }
            record.ends.append(record.bytes.count)
        }
    }
}
