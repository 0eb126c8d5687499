/// The signs of a CSV text, as a reader needs to know them.
///
/// The default is RFC 4180. All line ends are accepted, also in a mixture: LF, CR LF and CR.
public struct CSVSyntax: Sendable, Hashable {
    /// How a quote within a quoted field is written.
    public enum Escape: Sendable, Hashable {
        /// As two quotes: `""` (RFC 4180 §2.7).
        case doubled
        /// After this sign, an ASCII character such as a backslash, or as two quotes.
        ///
        /// The sign also protects itself, a delimiter and a line end. Before any other character it is an ordinary
        /// one.
        case sign(UInt8)
        /// As a single quote: a quote closes a field only before a delimiter, a line end or the end of the text.
        case none
    }

    /// The bytes between two fields, at least one.
    public let delimiter: [UInt8]
    /// The quote, an ASCII character; nil if fields are never quoted.
    public let quote: UInt8?
    /// How a quote within a quoted field is written.
    public let escape: Escape
    /// The sign at the start of a line that is a comment; nil if there are no comments.
    public let comment: UInt8?

    /// Creates a syntax.
    ///
    /// - Parameters:
    ///   - delimiter: The text between two fields.
    ///   - quote: The quote; nil if fields are never quoted.
    ///   - escape: How a quote within a quoted field is written.
    ///   - comment: The sign at the start of a line that is a comment.
    /// - Precondition: The delimiter is not empty and has no line end, NUL or quote; the signs are ASCII, and neither
    ///   line ends nor equal to each other.
    public init(
        delimiter: String = ",",
        quote: Unicode.Scalar? = "\"",
        escape: Escape = .doubled,
        comment: Unicode.Scalar? = nil
    ) {
        precondition(
            Self.problem(delimiter: delimiter, quote: quote, escape: escape, comment: comment) == nil,
            "a syntax whose signs contradict each other"
        )
        self.delimiter = Array(delimiter.utf8)
        self.quote = quote.map { UInt8(ascii: $0) }
        self.escape = escape
        self.comment = comment.map { UInt8(ascii: $0) }
    }

    /// The syntax of a dialect for writing.
    public init(_ dialect: CSVDialect) {
        self.init(
            delimiter: String(Unicode.Scalar(dialect.separator)),
            escape: dialect.quoteStyle == .doubled ? .doubled : .sign(CSVSign.backslash)
        )
    }

    /// Why signs cannot be used together, as a sentence; nil if they can.
    public static func problem(
        delimiter: String,
        quote: Unicode.Scalar?,
        escape: Escape,
        comment: Unicode.Scalar?
    ) -> String? {
        var signs: [(name: String, sign: Unicode.Scalar)] = []
        if let quote { signs.append(("the quote", quote)) }
        if case .sign(let sign) = escape { signs.append(("the escape sign", Unicode.Scalar(sign))) }
        if let comment { signs.append(("the comment sign", comment)) }
        guard !delimiter.isEmpty else { return "the delimiter is empty" }
        guard delimiter.unicodeScalars.allSatisfy({ !"\r\n\0".unicodeScalars.contains($0) }) else {
            return "the delimiter has a line end or a NUL in it"
        }
        for (index, entry) in signs.enumerated() {
            guard entry.sign.isASCII, !"\r\n\0".unicodeScalars.contains(entry.sign) else {
                return "\(entry.name) is not an ASCII character, or is a line end"
            }
            if delimiter.unicodeScalars.contains(entry.sign) { return "\(entry.name) is part of the delimiter" }
            if let other = signs[..<index].first(where: { $0.sign == entry.sign }) {
                return "\(entry.name) is the same as \(other.name)"
            }
        }
        return nil
    }

    /// Whether field ends can be found sixty-four bytes at a time.
    var isRegular: Bool {
        delimiter.count == 1 && comment == nil
            && (escape == .doubled || quote == nil && escape == .none)
    }
}
