extension Parser {
    func tooDeep(at offset: Int) -> Problem {
        Problem(
            .tooDeep,
            message: "more than \(options.maximumDepth) levels of tables and arrays",
            at: offset..<offset + 1
        )
    }

    /// Unexpected text after a value or header on the same line.
    func junk() -> Problem {
        let start = scanner.offset
        if scanner.byte.isControl { return scanner.controlCharacter(in: "a document") }
        let before = start > 0 ? scanner.bytes[start - 1] : 0
        let hint: String
        switch scanner.byte {
        case UInt8(ascii: "/") where scanner.byte(at: start + 1) == UInt8(ascii: "/"), UInt8(ascii: ";"):
            hint = "comments begin with #"
        case UInt8(ascii: ","):
            hint = "pairs on separate lines have no comma between them"
        case UInt8(ascii: "]") where before == UInt8(ascii: "]"):
            hint = "the header of an array of tables begins with [["
        case _ where closesThree(before, at: start):
            hint = "inside triple quotes, at most two quotation marks may be adjacent"
        case _ where before == .apostrophe && scanner.restOfLineHolds(.apostrophe):
            hint = "put a text with an apostrophe in \"…\""
        case _ where before == .quote && scanner.restOfLineHolds(.quote):
            hint = "inside \"…\" a quotation mark is written \\\""
        default:
            hint = "each pair and each header has a line of its own"
        }
        return Problem(
            .unexpected,
            message: "the end of the line is expected, found \(scanner.found(at: start))",
            at: start..<scanner.endOfWord(from: start + 1),
            hint: hint
        )
    }

    /// Whether the three bytes before an offset are the closing quotes of a multi-line string.
    private func closesThree(_ quote: UInt8, at offset: Int) -> Bool {
        guard quote == .quote || quote == .apostrophe, offset >= 6 else { return false }
        return scanner.bytes[offset - 2] == quote && scanner.bytes[offset - 3] == quote
            && scanner.restOfLineHolds(quote)
    }

    /// The file ends inside of brackets.
    func unterminated(_ frame: Frame) -> Problem {
        let opening = Int(builder.nodes[frame.node].start)
        return Problem(
            .unterminated,
            message: "the \(frame.name) that begins here is not closed by '\(frame.closing)'",
            at: opening..<opening + 1
        )
    }

    /// A bracket that was probably not closed, because a line begins with a pair or a header.
    ///
    /// It is reported where the bracket belongs, after the last value in it.
    ///
    /// - Parameter isAfterComma: Whether another value could follow here; then only a header at the very start of its
    ///   line counts, as `[a]` may be an array.
    /// - Returns: The problem; nil if the bracket is not the cause.
    mutating func unclosed(isAfterComma: Bool) -> Problem? {
        let found = scanner.offset
        var start = found
        while start > 0, scanner.bytes[start - 1] != .lineFeed { start -= 1 }
        let open = frames.filter { Int(builder.nodes[$0.node].start) < start }
        guard let frame = open.last else { return nil }
        scanner.offset = start
        let beginning = scanner.lineBeginning
        scanner.skipBlanks()
        let text = scanner.offset
        scanner.offset = found
        switch beginning {
        case .header: if isAfterComma, text > start { return nil }
        case .pair: if text != found || open.contains(where: \.isTable) { return nil }
        case nil: return nil
        }
        let opening = Int(builder.nodes[frame.node].start)
        let end = max(builder.endOfLastValue(in: frame.node, before: start), opening + 1)
        var problem = Problem(
            .unterminated,
            message: "the \(frame.name) is not closed: '\(frame.closing)' is expected before the next "
                + (beginning == .pair ? "pair" : "header"),
            at: end..<end,
            related: (opening..<opening + 1, "the \(frame.name) begins here")
        )
        problem.resume = start
        return problem
    }

    mutating func missingComma(_ frame: Frame) -> Problem {
        let start = scanner.offset
        let name = frame.name
        let closing = frame.closing
        let opening = Int(builder.nodes[frame.node].start)
        if scanner.isAtEnd { return unterminated(frame) }
        if let unclosed = unclosed(isAfterComma: false) { return unclosed }
        if scanner.byte.isControl {
            return scanner.controlCharacter(in: frame.isTable ? "an inline table" : "an array")
        }
        return Problem(
            .missingComma,
            message: "',' or '\(closing)' is expected in an \(name), found \(scanner.found(at: start))",
            at: start..<min(start + 1, scanner.bytes.count),
            related: (opening..<opening + 1, "the \(name) begins here")
        )
    }

    /// A line end or a comment inside an inline table of TOML 1.0.
    func brokenInlineTable() -> Problem {
        let opening = frames.last.map { Int(builder.nodes[$0.node].start) } ?? scanner.offset
        return Problem(
            .unterminated,
            message: "an inline table ends on its line in TOML 1.0, found \(scanner.found(at: scanner.offset))",
            at: scanner.offset..<min(scanner.offset + 1, scanner.bytes.count),
            hint: "write it on one line, or as a table with a header",
            related: (opening..<opening + 1, "the inline table begins here")
        )
    }
}

extension Parser.Frame {
    /// The name of the container in messages.
    var name: String { isTable ? "inline table" : "array" }
    /// Its closing bracket.
    var closing: String { isTable ? "}" : "]" }
}

extension TreeBuilder {
    /// Where the last value of a container with an open bracket ends; 0 if it has none before `limit`.
    fileprivate func endOfLastValue(in container: Int, before limit: Int) -> Int {
        var node = nodes[container].firstChild
        var end = 0
        var pending: [Int] = []
        while node != 0 {
            if nodes[node].origin == .dotted {
                pending.append(nodes[node].firstChild)
            } else if Int(nodes[node].start) < limit {
                end = max(end, Int(nodes[node].end))
            }
            node = Int(nodes[node].next)
            if node == 0, let next = pending.popLast() { node = next }
        }
        return end
    }
}
