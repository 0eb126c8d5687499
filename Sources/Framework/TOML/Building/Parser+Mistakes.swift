extension Scanner {
    /// Takes the `=` behind a key, and the blanks behind it.
    @inline(__always)
    mutating func takeEquals(from start: Int) throws(Problem) {
        guard byte == UInt8(ascii: "=") else { throw missingEquals(from: start) }
        offset &+= 1
        skipBlanks()
    }

    private func missingEquals(from start: Int) -> Problem {
        let here = offset..<min(offset + 1, bytes.count)
        if byte == UInt8(ascii: ":") {
            return Problem("missing-equals", "'=' is expected behind a key, found ':'", at: here, hint: "write = for :")
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
                    "bare-key",
                    isSpaced
                        ? "a key with a space in it stands in quotes"
                        : "a key without quotes holds only A-Z a-z 0-9 - _, found \(found(at: offset))",
                    at: start..<end,
                    hint: bytes[start].isBareKey && end - start <= 40
                        ? "write \"\(text(start..<end))\"" : nil
                )
            }
        }
        return Problem(
            "missing-equals",
            "'=' is expected behind a key, found \(found(at: offset))",
            at: here,
            hint: byteEndsLine || isAtEnd ? "a key has a value: key = value" : "write = between the key and its value"
        )
    }

    /// Takes the bracket or brackets at the end of a header.
    mutating func closeHeader(isElement: Bool, from start: Int) throws(Problem) {
        let closing = isElement ? "]]" : "]"
        guard byte == UInt8(ascii: "]"), !isElement || byte(at: offset &+ 1) == UInt8(ascii: "]") else {
            if byte.isControl, !byteEndsLine, !isAtEnd { throw controlCharacter(in: "a header") }
            let isPart = byte.isBareKey || byte >= 0x80
            throw Problem(
                "malformed-header",
                "'\(closing)' is expected at the end of a header, found \(found(at: offset))",
                at: offset..<min(offset + 1, bytes.count),
                hint: isPart ? "a key with a space or another letter in it stands in quotes" : nil
            )
        }
        offset &+= closing.utf8.count
    }
}

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

    /// A definition that contradicts an earlier one, told at the later one.
    func problem(
        _ conflict: TreeBuilder.Conflict,
        in parts: [KeyToken],
        isHeader: Bool,
        isElement: Bool
    ) -> Problem {
        let part = parts[conflict.part]
        let earlier = builder.nodes[conflict.node]
        let name = String(decoding: part.decoded(from: scanner.bytes), as: UTF8.self)
        let place = earlier.key?.offsets ?? earlier.offsets
        func make(_ code: String, _ message: String, _ caption: String, hint: String? = nil) -> Problem {
            Problem(code, message, at: part.offsets, hint: hint, related: (place, caption))
        }
        switch conflict.kind {
        case .duplicate where isHeader:
            let isDotted = earlier.origin == .dotted
            return make(
                "duplicate-table",
                "the table '\(name)' is already defined" + (isDotted ? " by a dotted key" : ""),
                "first here",
                hint: isDotted ? nil : "for a list of tables write [[…]] each time"
            )
        case .duplicate:
            return make("duplicate-key", "the key '\(name)' is already defined", "first here")
        case .definedTable:
            return make(
                "closed-table",
                "the table '\(name)' has a header of its own, and dotted keys elsewhere cannot add to it",
                "its header is here",
                hint: "put the pair under that header"
            )
        case .inlineTable:
            return make("closed-table", "the inline table '\(name)' is complete and takes no more keys", "it is here")
        case .inlineArray:
            return make(
                "closed-array",
                "the array '\(name)' is complete and takes no more elements",
                "it is here",
                hint: isElement ? "write all its elements in brackets, or each under [[…]]" : nil
            )
        case .arrayOfTables where isHeader:
            return make(
                "duplicate-table",
                "'\(name)' is already defined as an array of tables",
                "first here",
                hint: "for another element write [[…]]"
            )
        case .arrayOfTables:
            return make(
                "closed-array",
                "'\(name)' is an array of tables, and a dotted key cannot add to it",
                "it is here"
            )
        case .value:
            return make("not-a-table", "'\(name)' is a value already, so nothing can stand under it", "it is here")
        case .tableForArray:
            return make(
                "duplicate-table",
                "'\(name)' is already defined as a table, not an array of tables",
                "first here"
            )
        }
    }
}
