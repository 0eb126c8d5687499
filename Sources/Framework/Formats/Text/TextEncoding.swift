/// An encoding of a text file.
package enum TextEncoding: String, CaseIterable, Sendable {
    /// UTF-8 (RFC 3629).
    case utf8 = "utf-8"
    /// UTF-16 in the order of bytes that the byte order mark states (RFC 2781); little-endian when writing.
    case utf16 = "utf-16"
    /// ISO 8859-1: one byte for each of the characters U+0000 to U+00FF.
    case latin1 = "latin-1"
    /// Windows-1252: Latin-1 with letters and punctuation in place of most of U+0080 to U+009F.
    case windows1252 = "windows-1252"

    /// The character of each byte from 0x80 to 0x9F in Windows-1252.
    ///
    /// The five bytes without a character in Microsoft's table are control characters, as in the WHATWG's
    /// "Encoding", index windows-1252 (read 2026-11-30).
    static let windowsCharacters: [UInt16] = [
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
        0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
    ]

    /// The bytes of U+FEFF at the beginning of a file; empty for encodings that cannot express it.
    package var byteOrderMark: [UInt8] {
        switch self {
        case .utf8: CSVSign.byteOrderMark
        case .utf16: [0xFF, 0xFE]
        case .latin1, .windows1252: []
        }
    }

    /// Whether bytes of ASCII are the same bytes in this encoding.
    package var includesASCII: Bool { self != .utf16 }
}
