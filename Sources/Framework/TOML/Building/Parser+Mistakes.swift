extension Parser {
    func tooDeep(at offset: Int) -> Problem {
        Problem(
            "too-deep",
            "more than \(options.maximumDepth) levels of tables and arrays",
            at: offset..<offset + 1
        )
    }

    /// Something stands behind a value or header, on the same line.
    func junk() -> Problem {
        let start = scanner.offset
        if scanner.byte.isControl { return scanner.controlCharacter(in: "a document") }
        let before = start > 0 ? scanner.bytes[start - 1] : 0
        let hint: String
        switch scanner.byte {
        case UInt8(ascii: "/") where scanner.byte(at: start + 1) == UInt8(ascii: "/"), UInt8(ascii: ";"):
            hint = "comments begin with #"
        case UInt8(ascii: ","):
            hint = "no comma stands between pairs that have a line each"
        case UInt8(ascii: "]") where before == UInt8(ascii: "]"):
            hint = "the header of an array of tables begins with [["
        case _ where closesThree(before, at: start):
            hint = "at most two quotation marks stand together inside a string in three"
        case _ where before == .apostrophe && scanner.restOfLineHolds(.apostrophe):
            hint = "a text with an apostrophe stands in \"…\""
        case _ where before == .quote && scanner.restOfLineHolds(.quote):
            hint = "inside \"…\" a quotation mark is written \\\""
        default:
            hint = "each pair and each header has a line of its own"
        }
        return Problem(
            "unexpected",
            "the end of the line is expected, found \(scanner.found(at: start))",
            at: start..<scanner.endOfWord(from: start + 1),
            hint: hint
        )
    }

    /// Whether the three bytes in front of an offset are the closing quotes of a multi-line string.
    private func closesThree(_ quote: UInt8, at offset: Int) -> Bool {
        guard quote == .quote || quote == .apostrophe, offset >= 6 else { return false }
        return scanner.bytes[offset - 2] == quote && scanner.bytes[offset - 3] == quote
            && scanner.restOfLineHolds(quote)
    }

    /// The file ends inside a bracket.
    func unterminated(_ frame: Frame) -> Problem {
        let opening = Int(builder.nodes[frame.node].start)
        return Problem(
            "unterminated",
            "the \(frame.isTable ? "inline table" : "array") that begins here is not closed by '\(frame.isTable ? "}" : "]")'",
            at: opening..<opening + 1
        )
    }

    func missingComma(_ frame: Frame) -> Problem {
        let start = scanner.offset
        let name = frame.isTable ? "inline table" : "array"
        let closing = frame.isTable ? "}" : "]"
        let opening = Int(builder.nodes[frame.node].start)
        if scanner.isAtEnd { return unterminated(frame) }
        if scanner.byte.isControl {
            return scanner.controlCharacter(in: frame.isTable ? "an inline table" : "an array")
        }
        return Problem(
            "missing-comma",
            "',' or '\(closing)' is expected in an \(name), found \(scanner.found(at: start))",
            at: start..<min(start + 1, scanner.bytes.count),
            related: (opening..<opening + 1, "the \(name) begins here")
        )
    }

    /// A line end or a comment inside an inline table of TOML 1.0.
    func brokenInlineTable() -> Problem {
        let opening = frames.last.map { Int(builder.nodes[$0.node].start) } ?? scanner.offset
        return Problem(
            "unterminated",
            "an inline table ends on its line in TOML 1.0, found \(scanner.found(at: scanner.offset))",
            at: scanner.offset..<min(scanner.offset + 1, scanner.bytes.count),
            hint: "write it on one line, or as a table with a header",
            related: (opening..<opening + 1, "the inline table begins here")
        )
    }
}
