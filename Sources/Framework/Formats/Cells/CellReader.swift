public import Diagnostics
public import Records

/// Converts the text of a cell to a value of one kind.
///
/// The kind determines what fits; nothing is rounded, cut or guessed, except that a real number is the nearest one of
/// 64 bits:
/// - text: everything;
/// - integer: digits with an optional sign, and a fraction only of zeros (`8.0`), within 64 bits;
/// - real: a finite number in decimal digits, with an optional sign, fraction and exponent: `-12.5`, `.5`, `1e-3`;
/// - boolean: one of the words for true and false, in upper or lower case;
/// - instant: a time with its zone as `ISO8601` reads it, or a time in the format;
/// - date: `YYYY-MM-DD`, or a date in the format;
/// - decimal: a number, exact with 38 digits;
/// - bytes: base64 with padding.
///
/// Whitespace around a value does not fit. An empty text fits only a text: sources decide earlier what is null.
public struct CellReader: Sendable, Hashable {
    /// The kind of the values.
    public let kind: Schema.Kind
    /// The format of instants and dates; nil for ISO 8601.
    package let format: TimeFormat?
    /// What stands for true and false.
    let words: BooleanWords
    /// Whether a comma stands before the fraction of a number instead of a point.
    let hasDecimalComma: Bool

    /// Creates a reader for one kind.
    ///
    /// - Parameters:
    ///   - kind: The kind of the values.
    ///   - format: How instants or dates are written, in letters of strftime: see `TimeFormat`. Default: ISO 8601.
    ///   - words: The words for true and false.
    ///   - hasDecimalComma: Whether numbers have a comma before the fraction, and then no point.
    /// - Throws: `cell.format`: the format has a letter that is not supported, lacks a part of the date, or the kind
    ///   has no formats.
    public init(
        _ kind: Schema.Kind,
        format: String? = nil,
        words: BooleanWords = .standard,
        hasDecimalComma: Bool = false
    ) throws(Diagnostic) {
        var parsed: TimeFormat?
        if let format {
            do throws(TimeFormat.Mistake) {
                parsed = try TimeFormat(format, kind: kind)
            } catch {
                throw Diagnostic("cell.format", message: error.message, hint: error.hint)
            }
        }
        self.init(kind, format: parsed, words: words, hasDecimalComma: hasDecimalComma)
    }

    /// A reader with a format that was made for this kind.
    package init(_ kind: Schema.Kind, format: TimeFormat?, words: BooleanWords, hasDecimalComma: Bool) {
        self.kind = kind
        self.format = format
        self.words = words
        self.hasDecimalComma = hasDecimalComma
    }

    /// Appends the value of a text to a column.
    ///
    /// - Parameters:
    ///   - text: The text of the cell: valid UTF-8, without quotes.
    ///   - cells: A column of this kind.
    /// - Returns: False if the text does not fit: then nothing was appended.
    @inline(__always)
    public func append(_ text: UnsafeBufferPointer<UInt8>, to cells: inout ColumnBuilder) -> Bool {
        switch kind {
        case .text: cells.append(utf8: text)
        case .integer:
            guard let value = CellNumber.integer(text, point: point) else { return false }
            cells.append(value)
        case .real:
            guard let value = CellNumber.real(text, point: point) else { return false }
            cells.append(value)
        case .instant:
            guard let value = instant(text) else { return false }
            cells.append(instant: value)
        case .date:
            guard let value = date(text) else { return false }
            cells.append(date: value)
        case .boolean:
            guard let value = words.value(of: text) else { return false }
            cells.append(value)
        case .decimal:
            guard let value = CellNumber.decimal(text, point: point) else { return false }
            cells.append(value)
        case .bytes: return appendBytes(text, to: &cells)
        }
        return true
    }

    /// Whether a text fits.
    public func fits(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch kind {
        case .text: true
        case .integer: CellNumber.integer(text, point: point) != nil
        case .real: CellNumber.real(text, point: point) != nil
        case .instant: instant(text) != nil
        case .date: date(text) != nil
        case .boolean: words.value(of: text) != nil
        case .decimal: CellNumber.decimal(text, point: point) != nil
        case .bytes: Base64.bytes(of: text.span) != nil
        }
    }

    /// Whether it converts texts as they are converted without any options: only those of its kind count.
    var isPlain: Bool {
        switch kind {
        case .text, .bytes: true
        case .integer, .real, .decimal: !hasDecimalComma
        case .boolean: words == .standard
        case .instant, .date: format == nil
        }
    }

    /// The word of a column for a text; nil if the text does not fit, and for kinds whose values are in a heap.
    func word(of text: UnsafeBufferPointer<UInt8>) -> UInt64? {
        switch kind {
        case .integer: CellNumber.integer(text, point: point).map { UInt64(bitPattern: $0) }
        case .real: CellNumber.real(text, point: point)?.bitPattern
        case .instant: instant(text).map { UInt64(bitPattern: $0) }
        case .date: date(text).map { UInt64(bitPattern: Int64($0)) }
        case .boolean: words.value(of: text).map { $0 ? 1 : 0 }
        case .text, .decimal, .bytes: nil
        }
    }

    /// The exact number in a text; nil if it is not one.
    func decimal(_ text: UnsafeBufferPointer<UInt8>) -> ExactDecimal? { CellNumber.decimal(text, point: point) }

    /// What fits, for messages: `a whole number`.
    public var expected: String {
        switch kind {
        case .text: "text"
        case .integer: "a whole number"
        case .real: hasDecimalComma ? "a number with a decimal comma" : "a number"
        case .boolean: words.expected
        case .instant: format.map { "a time like \($0.text)" } ?? "a time with its zone in ISO 8601"
        case .date: format.map { "a date like \($0.text)" } ?? "a date like 2024-02-29"
        case .decimal:
            "a number of at most \(ExactDecimal.mostDigits) digits" + (hasDecimalComma ? " with a decimal comma" : "")
        case .bytes: "base64"
        }
    }

    private var point: UInt8 { hasDecimalComma ? UInt8(ascii: ",") : UInt8(ascii: ".") }

    @inline(__always)
    private func instant(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard let format else { return ISO8601.microseconds(of: text) }
        return format.microseconds(of: text)
    }

    @inline(__always)
    private func date(_ text: UnsafeBufferPointer<UInt8>) -> Int32? {
        guard let format else { return CivilDate.days(of: text.span) }
        return format.days(of: text)
    }

    @inline(never)
    private func appendBytes(_ text: UnsafeBufferPointer<UInt8>, to cells: inout ColumnBuilder) -> Bool {
        // On the stack, unless it is larger than a KiB.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count / 4 * 3) { room in
            guard let count = Base64.decode(text, into: room) else { return false }
            let bytes = UnsafeBufferPointer(rebasing: room[..<count])
            cells.append(bytes: bytes.span)
            return true
        }
    }
}
