// Messages for unclosed strings and invalid escapes: what was found, what was expected and, if the mistake is known,
// the remedy.
extension Scanner {
    /// A single-line string without a closing quote, or with a control character.
    func unterminatedOrControl(from start: Int) -> Problem {
        guard isAtEnd || byteEndsLine else { return controlCharacter(in: "a string") }
        let quote = bytes[start] == .quote ? "\"" : "'"
        return Problem(
            .unterminatedString,
            message: "the string that begins here has no closing \(quote) on its line",
            at: start..<offset,
            hint: isAtEnd ? nil : "put a string over several lines in \(quote)\(quote)\(quote)"
        )
    }

    func unterminatedMultiline(from start: Int, quote: UInt8) -> Problem {
        let quotes = quote == .quote ? "\"\"\"" : "'''"
        return Problem(
            .unterminatedString,
            message: "the string that begins here is not closed by \(quotes) before the end of the file",
            at: start..<start + 3
        )
    }

    func unknownEscape(from start: Int) -> Problem {
        let letter = offset + 1
        if letter >= bytes.count || bytes[letter] == .lineFeed || bytes[letter] == .carriageReturn {
            return Problem(
                .unterminatedString,
                message: "the string that begins here has no closing \" on its line",
                at: start..<letter,
                hint: "put a string over several lines in \"\"\""
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
        return Problem(.unknownEscape, message: "\(escape) is not an escape", at: offset..<letter + 1, hint: hint)
    }
}
