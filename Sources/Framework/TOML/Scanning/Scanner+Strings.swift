/// A string value, as scanned.
struct StringToken {
    /// The range of its text, without the quotes and without a first line end.
    let content: Range<Int>
    /// Whether the text has to be decoded: it contains escapes or CRLF.
    let needsDecoding: Bool
    /// Whether it is in triple quotes.
    let isMultiline: Bool
}

extension Scanner {
    /// Reads a string from its quote on.
    mutating func scanString() throws(Problem) -> StringToken {
        let start = offset
        let quote = byte
        if byte(at: offset &+ 1) == quote, byte(at: offset &+ 2) == quote { return try scanMultilineString(quote) }
        var hasEscapes = false
        if quote == .quote { hasEscapes = try scanBasicString() } else { try scanLiteralString() }
        return StringToken(content: start &+ 1..<offset &- 1, needsDecoding: hasEscapes, isMultiline: false)
    }

    /// Reads `"…"` and returns whether it contains escapes.
    mutating func scanBasicString() throws(Problem) -> Bool {
        let start = offset
        var hasEscapes = false
        offset &+= 1
        while true {
            offset = bytes.firstSpecial(from: offset, marker: .quote)
            switch byte {
            case .quote:
                offset &+= 1
                return hasEscapes
            case .backslash:
                hasEscapes = true
                try scanEscape(isMultiline: false, from: start)
            case .tab:
                offset &+= 1
            default:
                throw unterminatedOrControl(from: start)
            }
        }
    }

    /// Reads `'…'`.
    mutating func scanLiteralString() throws(Problem) {
        let start = offset
        offset &+= 1
        while true {
            offset = bytes.firstSpecial(from: offset, marker: .apostrophe)
            switch byte {
            case .apostrophe:
                offset &+= 1
                return
            case .tab, .backslash:
                offset &+= 1
            default:
                throw unterminatedOrControl(from: start)
            }
        }
    }

    /// Reads a string in triple quotes; up to two quotes before the closing ones belong to the text.
    private mutating func scanMultilineString(_ quote: UInt8) throws(Problem) -> StringToken {
        let start = offset
        openString = start
        offset &+= 3
        _ = skipLineEnd()
        let content = offset
        var needsDecoding = false
        while true {
            offset = bytes.firstSpecial(from: offset, marker: quote)
            switch byte {
            case quote:
                var run = 1
                while run < 5, byte(at: offset &+ run) == quote { run &+= 1 }
                offset &+= run
                if run >= 3 {
                    openString = nil
                    return StringToken(
                        content: content..<offset &- 3,
                        needsDecoding: needsDecoding,
                        isMultiline: true
                    )
                }
            case .backslash where quote == .quote:
                needsDecoding = true
                try scanEscape(isMultiline: true, from: start)
            case .tab, .lineFeed, .backslash:
                offset &+= 1
            case .carriageReturn where byte(at: offset &+ 1) == .lineFeed:
                needsDecoding = true
                offset &+= 2
            default:
                if isAtEnd { throw unterminatedMultiline(from: start, quote: quote) }
                throw controlCharacter(in: "a string")
            }
        }
    }

    /// Reads an escape from its backslash on.
    private mutating func scanEscape(isMultiline: Bool, from start: Int) throws(Problem) {
        switch byte(at: offset &+ 1) {
        case UInt8(ascii: "b"), UInt8(ascii: "t"), UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "r"),
            .quote, .backslash:
            offset &+= 2
        case UInt8(ascii: "u"):
            try scanHexEscape(digits: 4)
        case UInt8(ascii: "U"):
            try scanHexEscape(digits: 8)
        case UInt8(ascii: "e") where version == .v1_1:
            offset &+= 2
        case UInt8(ascii: "x") where version == .v1_1:
            try scanHexEscape(digits: 2)
        case 0x20, .tab, .lineFeed, .carriageReturn:
            guard isMultiline else { throw unknownEscape(from: start) }
            let backslash = offset
            offset &+= 1
            skipBlanks()
            guard skipLineEnd() else {
                if byte == .carriageReturn { throw controlCharacter(in: "a string") }
                if isAtEnd { return }
                throw Problem(
                    .unknownEscape,
                    message: "a backslash before a space is not an escape",
                    at: backslash..<backslash + 1,
                    hint: "a backslash joins lines only at the end of a line; for the character itself write \\\\"
                )
            }
            while byte.isBlank || skipLineEnd() {
                if byte.isBlank { offset &+= 1 }
            }
        default:
            throw unknownEscape(from: start)
        }
    }

    private mutating func scanHexEscape(digits: Int) throws(Problem) {
        var value: UInt32 = 0
        for index in 0..<digits {
            guard let digit = byte(at: offset &+ 2 &+ index).hexValue else {
                let letter = text(offset + 1..<offset + 2)
                throw Problem(
                    .unknownEscape,
                    message: "\\\(letter) needs \(digits) hexadecimal digits, and here are \(index)",
                    at: offset..<min(offset + 2 + index, bytes.count),
                    hint: "for the character \\ itself write \\\\, or put the text in '…', where nothing is escaped"
                )
            }
            value = value << 4 | UInt32(digit)
        }
        guard Unicode.Scalar(value) != nil else {
            let isSurrogate = 0xD800...0xDFFF ~= value
            throw Problem(
                .unknownEscape,
                message: isSurrogate
                    ? "U+\(Text.hex(value, digits: 4)) is half of a surrogate pair, not a character"
                    : "U+\(Text.hex(value, digits: 4)) is beyond the last character, U+10FFFF",
                at: offset..<offset + 2 + digits,
                hint: isSurrogate ? "write the character itself, or its code point as \\UXXXXXXXX" : nil
            )
        }
        offset &+= 2 &+ digits
    }
}
