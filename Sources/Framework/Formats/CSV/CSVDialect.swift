/// Which signs divide and protect the fields of a CSV text.
///
/// The default is RFC 4180, but with LF as the line's end, as most programs write it.
public struct CSVDialect: Sendable, Hashable {
    /// How a quote within a quoted field is written.
    public enum QuoteStyle: Sendable, Hashable {
        /// Twice: `""` (RFC 4180 §2.7).
        case doubled
        /// Behind a backslash: `\"`. A backslash is then written `\\`.
        case backslash
    }

    /// How a record ends.
    public enum LineEnd: Sendable, Hashable {
        /// One line feed (LF, `\n`), as on Unix.
        case lf
        /// With CR and LF (RFC 4180 §2.1).
        case crlf
    }

    /// Which fields are put in quotes.
    public enum Quoting: Sendable, Hashable {
        /// Those that could be misread without.
        case whenNeeded
        /// All, empty ones too.
        case always
    }

    /// The sign between two fields, in ASCII and neither a quote, a backslash, nor the end of a line.
    public let separator: UInt8
    /// How a quote within a quoted field is written and read.
    public let quoteStyle: QuoteStyle
    /// How a record ends when written.
    ///
    /// All ends are understood when read.
    public let lineEnd: LineEnd
    /// Which fields are put in quotes when written.
    public let quoting: Quoting

    /// A dialect.
    ///
    /// - Precondition: `separator` is in ASCII and neither a quote, a backslash, nor the end of a line.
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

/// The signs that every dialect shares.
enum CSVSign {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let lf = UInt8(ascii: "\n")
    static let cr = UInt8(ascii: "\r")
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
