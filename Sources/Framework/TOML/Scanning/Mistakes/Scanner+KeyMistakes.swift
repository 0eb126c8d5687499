// Messages for invalid keys: what was found, what was expected and, if the mistake is known, the remedy.
extension Scanner {
    /// Unexpected text in place of a key.
    func missingKey() -> Problem {
        let here = offset..<min(offset + 1, bytes.count)
        if byte == UInt8(ascii: "=") {
            return Problem(.missingKey, message: "a key is expected before '='", at: here)
        }
        if matches("//") {
            return Problem(
                .missingKey,
                message: "a key is expected, found '//'",
                at: offset..<offset + 2,
                hint: "comments begin with #"
            )
        }
        if byte == UInt8(ascii: ";") {
            return Problem(
                .missingKey,
                message: "a key is expected, found ';'",
                at: here,
                hint: "comments begin with #"
            )
        }
        if let quote = smartQuote(at: offset) {
            return Problem(
                .smartQuote,
                message: "\(quote) is not a quotation mark of TOML",
                at: offset..<offset + 3,
                hint: "use \" or '"
            )
        }
        if let name = invisible(at: offset) {
            let isMark = name.hasPrefix("a byte order mark")
            return Problem(
                .missingKey,
                message: "a key is expected, found \(name)",
                at: here,
                hint: isMark
                    ? "a byte order mark is allowed only at the very start of a file"
                    : "only spaces and tabs are whitespace in TOML"
            )
        }
        if byte >= 0x80 {
            let word = word(at: offset)
            return Problem(
                .bareKey,
                message: "a key without quotes holds only A-Z a-z 0-9 - _, found '\(word)'",
                at: offset..<offset + word.utf8.count,
                hint: "put the key in quotes"
            )
        }
        if byte.isControl, !byteEndsLine, !isAtEnd { return controlCharacter(in: "a key") }
        return Problem(.missingKey, message: "a key is expected, found \(found(at: offset))", at: here)
    }

    /// Unexpected text in place of the `=` after a key.
    func missingEquals(from start: Int) -> Problem {
        let here = offset..<min(offset + 1, bytes.count)
        if byte == UInt8(ascii: ":") {
            return Problem(
                .missingEquals,
                message: "'=' is expected after a key, found ':'",
                at: here,
                hint: "write = for :"
            )
        }
        if byte == UInt8(ascii: "]") {
            return Problem(
                .missingEquals,
                message: "'=' is expected after a key, found ']'",
                at: here,
                hint: "a header begins with ["
            )
        }
        if byte.isControl, !byteEndsLine, !isAtEnd { return controlCharacter(in: "a key") }
        if byte.isBareKey || byte >= 0x80 {
            // Several words: a key with a space, if an equals sign follows.
            var end = offset
            while end < bytes.count, bytes[end].isBareKey || bytes[end].isBlank || bytes[end] >= 0x80 { end += 1 }
            let hasEquals = end < bytes.count && bytes[end] == UInt8(ascii: "=")
            while end > offset, bytes[end - 1].isBlank || bytes[end - 1] == .carriageReturn { end -= 1 }
            if hasEquals, offset > start {
                let isSpaced = bytes[offset - 1].isBlank
                return Problem(
                    .bareKey,
                    message: isSpaced
                        ? "a key with a space must be in quotes"
                        : "a key without quotes holds only A-Z a-z 0-9 - _, found \(found(at: offset))",
                    at: start..<end,
                    hint: bytes[start].isBareKey && end - start <= 40
                        ? "write \"\(text(start..<end))\"" : nil
                )
            }
        }
        return Problem(
            .missingEquals,
            message: "'=' is expected after a key, found \(found(at: offset))",
            at: here,
            hint: byteEndsLine || isAtEnd ? "a key has a value: key = value" : "write = between the key and its value"
        )
    }
}
