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
    private let signs: RawPen.CSVSigns
    /// Whether instants, dates and decimal numbers need quotes.
    private let quotesTimes: Bool

    /// Creates an empty text.
    ///
    /// - Parameters:
    ///   - dialect: The dialect.
    ///   - capacity: The number of bytes to reserve.
    public init(_ dialect: CSVDialect = CSVDialect(), capacity: Int = 0) {
        self.dialect = dialect
        signs = RawPen.CSVSigns(dialect)
        quotesTimes = Self.quotesTimes(dialect)
        bytes.reserveCapacity(capacity)
    }

    /// Whether instants, dates and decimal numbers need quotes in a dialect.
    static func quotesTimes(_ dialect: CSVDialect) -> Bool {
        dialect.quoting == .always || "0123456789-+:.TZ".utf8.contains(dialect.separator)
    }

    /// Appends a field of text.
    ///
    /// - Parameter field: Its bytes, as UTF-8.
    public mutating func append(utf8 field: Span<UInt8>) {
        separate()
        field.withUnsafeBufferPointer { field in
            let isQuoted = dialect.quoting == .always
            guard isQuoted || !field.isEmpty else { return }
            PaddedCopy.with(field) { padded in
                RawPen.append(to: &bytes, atMost: RawPen.mostOfField(field.count)) { pen in
                    if isQuoted {
                        pen.put(quotedField: padded, count: field.count, signs: signs)
                    } else {
                        pen.put(paddedField: padded, count: field.count, signs: signs)
                    }
                }
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
        append(quoted: dialect.quoting == .always, atMost: RawPen.mostOfInteger) { $0.put(integer: integer) }
    }

    /// Appends an exact decimal number.
    public mutating func append(_ decimal: ExactDecimal) {
        separate()
        append(quoted: quotesTimes, atMost: ExactDecimal.mostBytes) { $0.next += decimal.store(in: $0.next) }
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
        append(quoted: quotesTimes, atMost: RawPen.mostOfInstant) { $0.put(instant: instant) }
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

    /// Appends what needs no escapes.
    @inline(__always)
    private mutating func append(quoted: Bool, atMost limit: Int, write: (inout RawPen) -> Void) {
        RawPen.append(to: &bytes, atMost: limit + 2) { pen in
            if quoted { pen.put(CSVSign.quote) }
            write(&pen)
            if quoted { pen.put(CSVSign.quote) }
        }
    }
}
