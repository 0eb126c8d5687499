// Messages for invalid numbers: what was found, what was expected and, if the mistake is known, the remedy.
extension Scanner {
    func malformedNumber(from start: Int) -> Problem {
        if let name = invisible(at: offset) {
            return Problem(
                .unexpected,
                message: "the end of the value is expected, found \(name)",
                at: offset..<offset + 1,
                hint: "only spaces and tabs are whitespace in TOML"
            )
        }
        let offsets = start..<endOfWord(from: start)
        var hint: String?
        if byte == UInt8(ascii: "/") {
            hint = "a date is written 2025-12-18"
        } else if byte == UInt8(ascii: "."), offset == start {
            hint = "put a digit before the decimal point"
        } else if matches("X", at: start + 1) || matches("O", at: start + 1) || matches("B", at: start + 1) {
            hint = "0x, 0o and 0b are written in small letters"
        } else if !bytes[start].isDigit, byte.isLetter || byte == UInt8(ascii: "_") {
            hint = "the only words among numbers are inf and nan"
        } else {
            hint = "put a text in quotes"
        }
        return Problem(.malformedNumber, message: "\(abbreviated(offsets)) is not a number", at: offsets, hint: hint)
    }

    func malformedRadix(_ name: String, from start: Int) -> Problem {
        let offsets = start..<endOfWord(from: start)
        return Problem(.malformedNumber, message: "\(abbreviated(offsets)) is not a \(name) number", at: offsets)
    }

    func leadingZero(from start: Int) -> Problem {
        let offsets = start..<endOfWord(from: start)
        return Problem(
            .leadingZero,
            message: "\(abbreviated(offsets)) begins with 0, which no decimal number but 0 itself does",
            at: offsets,
            hint: "leave the zeros out, write 0o for an octal number, or put a text in quotes"
        )
    }

    func integerRange(_ offsets: Range<Int>) -> Problem {
        Problem(
            .numberRange,
            message: "\(abbreviated(offsets)) does not fit in 64 bits: -9223372036854775808...9223372036854775807",
            at: offsets
        )
    }

    func misplacedUnderscore() -> Problem {
        Problem(
            .malformedNumber,
            message: "an underscore in a number must be between two digits",
            at: offset..<offset + 1
        )
    }
}
