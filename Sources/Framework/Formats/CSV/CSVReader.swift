public import Diagnostics

/// Reads the records of a CSV text from bytes in pieces of any size (RFC 4180).
///
/// Fields may be quoted and then contain separators, quotes and line ends. A record ends with LF, CR LF or CR; the last
/// one may end with the text. A byte order mark is skipped. A quote inside an unquoted field is an ordinary character.
/// Spaces belong to fields.
///
///     var reader = CSVReader(input, name: "diary.csv")
///     var record = CSVRecord()
///     while try reader.read(into: &record) { … }
public struct CSVReader<Input: ByteInput> {
    /// The dialect of the text.
    public let dialect: CSVDialect

    private var input: Input
    private let name: String
    private let maximumRecordSize: Int
    private var window: [UInt8] = []
    private var position = 0
    private var isAtStart = true
    private var isAtEnd = false
    private var failure: Diagnostic?
    /// The line of the next byte, from 1.
    private var line = 1
    /// Whether the last record ended with a CR: an LF that follows belongs to it.
    private var skipsLineFeed = false
    private var state = State.fieldStart
    /// The line on which the current field begins.
    private var lineOfField = 1
    /// For each byte, whether it ends an unquoted field.
    private let endsField: [Bool]

    /// Creates a reader of `input`.
    ///
    /// - Parameters:
    ///   - input: The text, as UTF-8.
    ///   - dialect: The dialect; its line end and quoting do not matter.
    ///   - name: The name for messages, usually the path of a file.
    ///   - maximumRecordSize: The maximum size of the fields of one record in bytes: a missing quote makes the rest of
    ///     a file one field.
    public init(
        _ input: Input,
        dialect: CSVDialect = CSVDialect(),
        name: String,
        maximumRecordSize: Int = 16 << 20
    ) {
        self.input = input
        self.dialect = dialect
        self.name = name
        self.maximumRecordSize = maximumRecordSize
        var endsField = [Bool](repeating: false, count: 256)
        for byte in [dialect.separator, CSVSign.lf, CSVSign.cr] { endsField[Int(byte)] = true }
        self.endsField = endsField
    }

    /// Reads the next record and returns whether there was one.
    ///
    /// An empty line is a record; see `CSVRecord.isBlank`.
    ///
    /// After an error every further call throws the same error.
    ///
    /// - Throws: `csv.quote` if text follows a closing quote, `csv.unclosed-quote`, `csv.record-too-long`,
    ///   `csv.encoding` if the text is not UTF-8; and what the input throws.
    public mutating func read(into record: inout CSVRecord) throws(Diagnostic) -> Bool {
        if let failure { throw failure }
        do throws(Diagnostic) {
            return try next(&record)
        } catch {
            failure = error
            throw error
        }
    }

    private enum State {
        case fieldStart
        /// In an unquoted field.
        case plain
        /// Between quotes.
        case quoted
        /// After a backslash between quotes.
        case escaped
        /// After a quote that closes the field, unless another quote follows.
        case closed
    }

    private mutating func next(_ record: inout CSVRecord) throws(Diagnostic) -> Bool {
        if isAtStart { try skipByteOrderMark() }
        record.removeAll()
        record.line = line
        state = .fieldStart
        while true {
            if position == window.count {
                guard try refill() else { return try endOfText(&record) }
            }
            if skipsLineFeed {
                skipsLineFeed = false
                if window[position] == CSVSign.lf {
                    position += 1
                    continue
                }
            }
            if try readWindow(&record) {
                try check(record)
                return true
            }
            guard record.bytes.count <= maximumRecordSize else {
                throw error(
                    "csv.record-too-long",
                    message: "the record has more than \(maximumRecordSize) bytes",
                    hint: "look for a quote that is never closed",
                    line: record.line
                )
            }
        }
    }

    /// Reads to the end of the record or of the window; returns whether the record has ended.
    private mutating func readWindow(_ record: inout CSVRecord) throws(Diagnostic) -> Bool {
        let window = window
        while position < window.count {
            let byte = window[position]
            switch state {
            case .fieldStart where byte == CSVSign.quote:
                state = .quoted
                record.hasQuotes = true
                lineOfField = line
                position += 1
            case .fieldStart, .plain:
                let start = position
                while position < window.count, !endsField[Int(window[position])] { position += 1 }
                record.bytes.append(contentsOf: window[start..<position])
                state = .plain
                if position < window.count, endField(window[position], of: &record) { return true }
            case .quoted:
                let start = position
                while position < window.count, !isSpecialInQuotes(window[position]) {
                    if window[position] == CSVSign.lf { line += 1 }
                    position += 1
                }
                record.bytes.append(contentsOf: window[start..<position])
                guard position < window.count else { return false }
                state = window[position] == CSVSign.quote ? .closed : .escaped
                position += 1
            case .escaped:
                if byte != CSVSign.quote, byte != CSVSign.backslash { record.bytes.append(CSVSign.backslash) }
                if byte == CSVSign.lf { line += 1 }
                record.bytes.append(byte)
                state = .quoted
                position += 1
            case .closed where byte == CSVSign.quote:
                record.bytes.append(byte)
                state = .quoted
                position += 1
            case .closed:
                guard endsField[Int(byte)] else {
                    throw error(
                        "csv.quote",
                        message: "field \(record.ends.count + 1) continues after its closing quote",
                        hint: dialect.quoteStyle == .doubled
                            ? "a quote within a quoted field is written twice: \"\""
                            : "a quote within a quoted field is written after a backslash: \\\"",
                        line: line
                    )
                }
                if endField(byte, of: &record) { return true }
            }
        }
        return false
    }

    private func isSpecialInQuotes(_ byte: UInt8) -> Bool {
        byte == CSVSign.quote || byte == CSVSign.backslash && dialect.quoteStyle == .backslash
    }

    /// Ends a field at a separator or a line end; returns whether the record has ended too.
    private mutating func endField(_ byte: UInt8, of record: inout CSVRecord) -> Bool {
        record.ends.append(record.bytes.count)
        state = .fieldStart
        position += 1
        guard byte != dialect.separator else { return false }
        skipsLineFeed = byte == CSVSign.cr
        line += 1
        return true
    }

    /// Ends the last record, which may have no line end.
    private mutating func endOfText(_ record: inout CSVRecord) throws(Diagnostic) -> Bool {
        switch state {
        case .fieldStart where record.ends.isEmpty:
            return false
        case .quoted, .escaped:
            throw error(
                "csv.unclosed-quote",
                message: "the text ends within a field whose quote is never closed",
                hint: "the file may have been cut off",
                line: lineOfField
            )
        case .fieldStart, .plain, .closed:
            record.ends.append(record.bytes.count)
            state = .fieldStart
            try check(record)
            return true
        }
    }

    /// Checks the bytes of a record as a whole; each field is then valid if it begins with the first byte of a
    /// character.
    private func check(_ record: CSVRecord) throws(Diagnostic) {
        let isValid = (try? UTF8Span(validating: record.bytes.span)) != nil
        let beginsWell = record.ends.allSatisfy { end in
            end >= record.bytes.count || record.bytes[end] & 0xC0 != 0x80
        }
        guard isValid, beginsWell else {
            throw error(
                "csv.encoding",
                message: "the record is not valid UTF-8",
                hint: "save the file as UTF-8 and give it again",
                line: record.line
            )
        }
    }

    private mutating func skipByteOrderMark() throws(Diagnostic) {
        while window.count < 3, try refill() {}
        isAtStart = false
        if window.starts(with: CSVSign.byteOrderMark) {
            position = 3
        } else if window.starts(with: [0xFF, 0xFE]) || window.starts(with: [0xFE, 0xFF]) {
            throw error(
                "csv.encoding",
                message: "the text is UTF-16, where UTF-8 was expected",
                hint: "save the file as UTF-8 and give it again",
                line: 1
            )
        }
    }

    /// Reads the next piece and returns whether there was one.
    ///
    /// Unread bytes at the beginning of a text are kept.
    private mutating func refill() throws(Diagnostic) -> Bool {
        guard !isAtEnd else { return false }
        let unread = Array(window[position...])
        window.removeAll(keepingCapacity: true)
        position = 0
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
        defer { room.deallocate() }
        let count = try input.read(into: room)
        window += unread
        window.append(contentsOf: room[..<count])
        isAtEnd = count == 0
        return count > 0
    }

    private static var pieceSize: Int { 131_072 }

    private func error(_ code: Diagnostic.Code, message: String, hint: String, line: Int) -> Diagnostic {
        Diagnostic(code, message: message, at: .file("\(name):\(line)"), hint: hint)
    }
}
