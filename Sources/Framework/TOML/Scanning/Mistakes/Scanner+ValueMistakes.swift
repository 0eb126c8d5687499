// Messages for invalid values: what was found, what was expected and, if the mistake is known, the remedy.
extension Scanner {
    /// Unexpected text in place of a value.
    func missingValue() -> Problem {
        let start = offset
        let here = start..<min(start + 1, bytes.count)
        if isAtEnd || byteEndsLine || byte == UInt8(ascii: "#") {
            return Problem(.missingValue, message: "a value is expected, found \(found(at: start))", at: here)
        }
        if let quote = smartQuote(at: start) {
            return Problem(
                .smartQuote,
                message: "\(quote) is not a quotation mark of TOML",
                at: start..<start + 3,
                hint: "use \" or '"
            )
        }
        if byte.isControl { return controlCharacter(in: "a value") }
        if byte == UInt8(ascii: "=") {
            return Problem(.missingValue, message: "a value is expected, found '='", at: here, hint: "one = is enough")
        }
        if let name = invisible(at: start) {
            return Problem(
                .unknownValue,
                message: "a value is expected, found \(name)",
                at: here,
                hint: "only spaces and tabs are whitespace in TOML"
            )
        }
        if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
            return Problem(.missingValue, message: "a value is expected, found \(found(at: start))", at: here)
        }
        if byte == UInt8(ascii: ".") {
            return Problem(
                .malformedNumber,
                message: "\(abbreviated(start..<endOfWord(from: start))) is not a number",
                at: start..<endOfWord(from: start),
                hint: "put a digit before the decimal point"
            )
        }
        let offsets = start..<endOfWord(from: start)
        let hint: String =
            switch text(offsets.prefix(8)).lowercased() {
            case "true", "yes", "on": "write true"
            case "false", "no", "off": "write false"
            case "null", "nil", "none", "~": "TOML has no null: leave the key out"
            case "infinity", "+infini": "write inf"
            default: "put a text in quotes"
            }
        return Problem(.unknownValue, message: "\(abbreviated(offsets)) is not a value", at: offsets, hint: hint)
    }
}
