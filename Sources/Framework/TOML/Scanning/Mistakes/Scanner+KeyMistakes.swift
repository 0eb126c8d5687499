// What to say about keys that are none: found, expected and, where the slip is known, the remedy.
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
}
