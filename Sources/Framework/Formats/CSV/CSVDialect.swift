/// The characters that separate and quote the fields of a CSV text.
///
/// The default is RFC 4180, but with LF as the line end, as most programs write it.
public struct CSVDialect: Sendable, Hashable {
    /// How a quote within a quoted field is written.
    public enum QuoteStyle: Sendable, Hashable {
        /// As two quotes: `""` (RFC 4180 §2.7).
        case doubled
        /// After a backslash: `\"`. A backslash is then written `\\`.
        case backslash
    }

    /// The line end after each record.
    public enum LineEnd: Sendable, Hashable {
        /// LF (`\n`), as on Unix.
        case lf
        /// CR LF (RFC 4180 §2.1).
        case crlf
    }

    /// Which fields are quoted.
    public enum Quoting: Sendable, Hashable {
        /// Fields that could be misread without quotes.
        case whenNeeded
        /// All fields, including empty ones.
        case always
    }

    /// The character between two fields: ASCII, and not a quote, a backslash or a line end.
    public let separator: UInt8
    /// How a quote within a quoted field is written and read.
    public let quoteStyle: QuoteStyle
    /// The line end for writing.
    ///
    /// When reading, all line ends are accepted.
    public let lineEnd: LineEnd
    /// Which fields are quoted when writing.
    public let quoting: Quoting

    /// Creates a dialect.
    ///
    /// - Precondition: `separator` is ASCII, and not a quote, a backslash or a line end.
    public init(
        separator: Unicode.Scalar = ",",
        quoteStyle: QuoteStyle = .doubled,
        lineEnd: LineEnd = .lf,
        quoting: Quoting = .whenNeeded
    ) {
        precondition(
            separator.isASCII && !"\"\\\r\n".unicodeScalars.contains(separator),
            "\(separator.debugDescription) cannot separate fields"
        )
        self.separator = UInt8(ascii: separator)
        self.quoteStyle = quoteStyle
        self.lineEnd = lineEnd
        self.quoting = quoting
    }
}

/// The characters that all dialects share.
enum CSVSign {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let lf = UInt8(ascii: "\n")
    static let cr = UInt8(ascii: "\r")
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
