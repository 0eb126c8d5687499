// What to say about words that are none: found, expected and, where the slip is known, the remedy.
extension Scanner {
    /// A key was expected, and something else stands here.
    func missingKey() -> Problem {
        let here = offset..<min(offset + 1, bytes.count)
        if byte == UInt8(ascii: "=") {
            return Problem("missing-key", "a key is expected in front of '='", at: here)
        }
        if matches("//") {
            return Problem(
                "missing-key",
                "a key is expected, found '//'",
                at: offset..<offset + 2,
                hint: "comments begin with #"
            )
        }
        if byte == UInt8(ascii: ";") {
            return Problem("missing-key", "a key is expected, found ';'", at: here, hint: "comments begin with #")
        }
        if let quote = smartQuote(at: offset) {
            return Problem(
                "smart-quote",
                "\(quote) is no quotation mark of TOML",
                at: offset..<offset + 3,
                hint: "use \" or '"
            )
        }
        if let name = invisible(at: offset) {
            let isMark = name.hasPrefix("a byte order mark")
            return Problem(
                "missing-key",
                "a key is expected, found \(name)",
                at: here,
                hint: isMark
                    ? "a byte order mark stands only at the very start of a file" : "only spaces and tabs are blanks"
            )
        }
        if byte >= 0x80 {
            let word = word(at: offset)
            return Problem(
                "bare-key",
                "a key without quotes holds only A-Z a-z 0-9 - _, found '\(word)'",
                at: offset..<offset + word.utf8.count,
                hint: "put the key in quotes"
            )
        }
        if byte.isControl, !byteEndsLine, !isAtEnd { return controlCharacter(in: "a key") }
        return Problem("missing-key", "a key is expected, found \(found(at: offset))", at: here)
    }

    /// Whether LF or CRLF stands here.
    var byteEndsLine: Bool {
        byte == .lineFeed || (byte == .carriageReturn && byte(at: offset + 1) == .lineFeed)
    }

    /// A typographic quotation mark, as word processors set it.
    func smartQuote(at offset: Int) -> String? {
        guard byte(at: offset) == 0xE2, byte(at: offset + 1) == 0x80 else { return nil }
        switch byte(at: offset + 2) {
        case 0x98, 0x99, 0x9C, 0x9D, 0x9E: return text(offset..<offset + 3)
        default: return nil
        }
    }

    // MARK: Strings

    /// A string of one line meets the end of the line or a control character.
    func unterminatedOrControl(from start: Int) -> Problem {
        guard isAtEnd || byteEndsLine else { return controlCharacter(in: "a string") }
        let quote = bytes[start] == .quote ? "\"" : "'"
        return Problem(
            "unterminated-string",
            "the string that begins here has no closing \(quote) on its line",
            at: start..<offset,
            hint: isAtEnd ? nil : "a string over several lines stands in \(quote)\(quote)\(quote)"
        )
    }

    func unterminatedMultiline(from start: Int, _ quote: UInt8) -> Problem {
        let quotes = quote == .quote ? "\"\"\"" : "'''"
        return Problem(
            "unterminated-string",
            "the string that begins here is not closed by \(quotes) before the end of the file",
            at: start..<start + 3
        )
    }

    func unknownEscape(from start: Int) -> Problem {
        let letter = offset + 1
        if letter >= bytes.count || bytes[letter] == .lineFeed || bytes[letter] == .carriageReturn {
            return Problem(
                "unterminated-string",
                "the string that begins here has no closing \" on its line",
                at: start..<letter,
                hint: "a string over several lines stands in \"\"\""
            )
        }
        let escape =
            bytes[letter].isControl ? "\\" : "\\" + word(at: letter).unicodeScalars.prefix(1).map(String.init).joined()
        var hint = "for the character \\ itself write \\\\, or put the text in '…', where nothing is escaped"
        if version == .v1_0, bytes[letter] == UInt8(ascii: "e") || bytes[letter] == UInt8(ascii: "x") {
            hint = "\(escape) came with TOML 1.1; in 1.0 write \\u00\(bytes[letter] == UInt8(ascii: "e") ? "1B" : "XX")"
        } else if bytes[letter] == UInt8(ascii: "'") {
            hint = "an apostrophe needs no escape here"
        }
        return Problem("unknown-escape", "\(escape) is no escape", at: offset..<letter + 1, hint: hint)
    }

    // MARK: Numbers

    /// Where the word that began at `start` ends.
    func endOfWord(from start: Int) -> Int {
        var end = max(offset, start)
        while end < bytes.count, !bytes[end].endsValue { end += 1 }
        return end
    }

    /// A stretch of the text, in quotes, cut to 40 bytes.
    func abbreviated(_ offsets: Range<Int>) -> String {
        guard offsets.count > 40 else { return "'\(text(offsets))'" }
        var end = offsets.lowerBound + 40
        while end > offsets.lowerBound + 1, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return "'\(text(offsets.lowerBound..<end))…'"
    }

    func malformedNumber(from start: Int) -> Problem {
        if let name = invisible(at: offset) {
            return Problem(
                "unexpected",
                "the end of the value is expected, found \(name)",
                at: offset..<offset + 1,
                hint: "only spaces and tabs are blanks"
            )
        }
        let offsets = start..<endOfWord(from: start)
        var hint: String?
        if byte == UInt8(ascii: "/") {
            hint = "a date is written 2025-12-18"
        } else if byte == UInt8(ascii: "."), offset == start {
            hint = "a digit stands in front of the decimal point"
        } else if matches("X", at: start + 1) || matches("O", at: start + 1) || matches("B", at: start + 1) {
            hint = "0x, 0o and 0b are written in small letters"
        } else if !bytes[start].isDigit, byte.isLetter || byte == UInt8(ascii: "_") {
            hint = "the only words among numbers are inf and nan"
        } else {
            hint = "a text stands in quotes"
        }
        return Problem("malformed-number", "\(abbreviated(offsets)) is no number", at: offsets, hint: hint)
    }

    func malformedRadix(_ name: String, from start: Int) -> Problem {
        let offsets = start..<endOfWord(from: start)
        return Problem("malformed-number", "\(abbreviated(offsets)) is no \(name) number", at: offsets)
    }

    func leadingZero(from start: Int) -> Problem {
        let offsets = start..<endOfWord(from: start)
        return Problem(
            "leading-zero",
            "\(abbreviated(offsets)) begins with 0, which no decimal number but 0 itself does",
            at: offsets,
            hint: "leave the zeros out, write 0o for an octal number, or put a text in quotes"
        )
    }

    func integerRange(_ offsets: Range<Int>) -> Problem {
        Problem(
            "number-range",
            "\(abbreviated(offsets)) does not fit in 64 bits: -9223372036854775808...9223372036854775807",
            at: offsets
        )
    }

    func misplacedUnderscore() -> Problem {
        Problem("malformed-number", "an underscore in a number stands between two digits", at: offset..<offset + 1)
    }

    // MARK: Values

    /// A value was expected, and something else stands here.
    func missingValue() -> Problem {
        let start = offset
        let here = start..<min(start + 1, bytes.count)
        if isAtEnd || byteEndsLine || byte == UInt8(ascii: "#") {
            return Problem("missing-value", "a value is expected, found \(found(at: start))", at: here)
        }
        if let quote = smartQuote(at: start) {
            return Problem(
                "smart-quote",
                "\(quote) is no quotation mark of TOML",
                at: start..<start + 3,
                hint: "use \" or '"
            )
        }
        if byte.isControl { return controlCharacter(in: "a value") }
        if byte == UInt8(ascii: "=") {
            return Problem("missing-value", "a value is expected, found '='", at: here, hint: "one = is enough")
        }
        if let name = invisible(at: start) {
            return Problem(
                "unknown-value",
                "a value is expected, found \(name)",
                at: here,
                hint: "only spaces and tabs are blanks"
            )
        }
        if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
            || byte == UInt8(ascii: "=")
        {
            return Problem("missing-value", "a value is expected, found \(found(at: start))", at: here)
        }
        if byte == UInt8(ascii: ".") {
            return Problem(
                "malformed-number",
                "\(abbreviated(start..<endOfWord(from: start))) is no number",
                at: start..<endOfWord(from: start),
                hint: "a digit stands in front of the decimal point"
            )
        }
        let offsets = start..<endOfWord(from: start)
        let hint: String =
            switch text(offsets.prefix(8)).lowercased() {
            case "true", "yes", "on": "write true"
            case "false", "no", "off": "write false"
            case "null", "nil", "none", "~": "TOML has no null: leave the key out"
            case "infinity", "+infini": "write inf"
            default: "a text stands in quotes"
            }
        return Problem("unknown-value", "\(abbreviated(offsets)) is no value", at: offsets, hint: hint)
    }
}
