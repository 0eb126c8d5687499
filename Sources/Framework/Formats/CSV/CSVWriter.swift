public import Records

/// Builds a CSV text in memory, field after field (RFC 4180).
///
///     var csv = CSVWriter()
///     csv.append("Heat")
///     csv.append(1995)
///     csv.endRecord()
///
/// The text reads back as the same fields: a record of one empty field is written as `""`, since many programs ignore
/// an empty line.
public struct CSVWriter: Sendable {
    /// The text so far, as UTF-8.
    public private(set) var bytes: [UInt8] = []
    /// The dialect of the text.
    public let dialect: CSVDialect

    private var fieldsInRecord = 0
    private var startOfRecord = 0
    /// For each byte, whether a field with it needs quotes.
    private let needsQuotes: [Bool]
    /// Whether instants, dates and decimal numbers need quotes.
    private let quotesTimes: Bool

    /// Creates an empty text.
    ///
    /// - Parameters:
    ///   - dialect: The dialect.
    ///   - capacity: The number of bytes to reserve.
    public init(_ dialect: CSVDialect = CSVDialect(), capacity: Int = 0) {
        self.dialect = dialect
        var needsQuotes = [Bool](repeating: dialect.quoting == .always, count: 256)
        for byte in [dialect.separator, CSVSign.quote, CSVSign.lf, CSVSign.cr] { needsQuotes[Int(byte)] = true }
        if dialect.quoteStyle == .backslash { needsQuotes[Int(CSVSign.backslash)] = true }
        self.needsQuotes = needsQuotes
        quotesTimes = "0123456789-+:.TZ".utf8.contains { needsQuotes[Int($0)] }
        bytes.reserveCapacity(capacity)
    }

    /// Appends a field of text.
    ///
    /// - Parameter field: Its bytes, as UTF-8.
    public mutating func append(utf8 field: Span<UInt8>) {
        separate()
        field.withUnsafeBufferPointer { field in
            var isPlain = dialect.quoting == .whenNeeded || !field.isEmpty
            needsQuotes.withUnsafeBufferPointer { needsQuotes in
                for byte in field where needsQuotes[Int(byte)] {
                    isPlain = false
                    break
                }
            }
            // A reader would remove a byte order mark from the first field.
            if isPlain, field.first == 0xEF, field.starts(with: CSVSign.byteOrderMark) { isPlain = false }
            if isPlain, dialect.quoting == .whenNeeded {
                bytes.append(contentsOf: field)
            } else {
                appendQuoted(field)
            }
        }
    }

    /// Appends a field of text.
    public mutating func append(_ text: String) {
        append(utf8: text.utf8.span)
    }

    /// Appends a whole number.
    public mutating func append(_ integer: Int64) {
        separate()
        if dialect.quoting == .always { bytes.append(CSVSign.quote) }
        DecimalText.append(integer, to: &bytes)
        if dialect.quoting == .always { bytes.append(CSVSign.quote) }
    }

    /// Appends an exact decimal number.
    public mutating func append(_ decimal: ExactDecimal) {
        separate()
        if quotesTimes { bytes.append(CSVSign.quote) }
        decimal.append(to: &bytes)
        if quotesTimes { bytes.append(CSVSign.quote) }
    }

    /// Appends bytes as base64.
    public mutating func append(bytes field: Span<UInt8>) {
        var text: [UInt8] = []
        Base64.append(field, to: &text)
        append(utf8: text.span)
    }

    /// Appends an instant as `YYYY-MM-DDThh:mm:ss.fffZ`, with six digits of a second if three are not enough: see
    /// `ISO8601`.
    ///
    /// - Parameter instant: Microseconds since 1970-01-01T00:00:00Z.
    public mutating func append(instant: Int64) {
        separate()
        if quotesTimes { bytes.append(CSVSign.quote) }
        ISO8601.append(instant, to: &bytes)
        if quotesTimes { bytes.append(CSVSign.quote) }
    }

    /// Appends a date as `YYYY-MM-DD`.
    public mutating func append(_ day: CivilDate) {
        separate()
        if quotesTimes { bytes.append(CSVSign.quote) }
        day.append(to: &bytes)
        if quotesTimes { bytes.append(CSVSign.quote) }
    }

    /// Appends an empty field.
    public mutating func appendEmpty() {
        separate()
        if dialect.quoting == .always { appendQuotes() }
    }

    /// Ends the record.
    ///
    /// - Precondition: It has a field.
    public mutating func endRecord() {
        precondition(fieldsInRecord > 0, "a record has at least one field")
        if bytes.count == startOfRecord { appendQuotes() }
        if dialect.lineEnd == .crlf { bytes.append(CSVSign.cr) }
        bytes.append(CSVSign.lf)
        fieldsInRecord = 0
        startOfRecord = bytes.count
    }

    /// Removes all records and keeps the allocated memory.
    ///
    /// - Precondition: The last record has ended.
    public mutating func removeAll() {
        precondition(fieldsInRecord == 0, "the last record has not ended")
        bytes.removeAll(keepingCapacity: true)
        startOfRecord = 0
    }

    private mutating func separate() {
        if fieldsInRecord > 0 { bytes.append(dialect.separator) }
        fieldsInRecord += 1
    }

    private mutating func appendQuotes() {
        bytes.append(CSVSign.quote)
        bytes.append(CSVSign.quote)
    }

    /// Appends a quoted field; parts without a quote are copied unchanged.
    private mutating func appendQuoted(_ field: UnsafeBufferPointer<UInt8>) {
        let escape = dialect.quoteStyle == .doubled ? CSVSign.quote : CSVSign.backslash
        bytes.append(CSVSign.quote)
        var start = 0
        for index in field.indices where field[index] == CSVSign.quote || field[index] == escape {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: field[start..<index]))
            bytes.append(escape)
            start = index
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: field[start...]))
        bytes.append(CSVSign.quote)
    }
}
