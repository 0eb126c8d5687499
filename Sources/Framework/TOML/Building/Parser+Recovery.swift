// Recovery after a mistake, so that all independent ones are reported, each once.
//
// Outside of brackets, the line with the mistake is skipped. Inside, the rest of the bracketed value is skipped: up to
// the closing bracket or, if that is missing, up to the next line that begins a pair or a header.
extension Parser {
    /// Moves the scanner to where parsing can continue.
    mutating func recover(from problem: Problem) {
        let brackets = frames
        frames.removeAll(keepingCapacity: true)
        if let resume = problem.resume {
            scanner.offset = resume
            return
        }
        if problem.code == .multilineKey { scanner.openString = problem.offsets.lowerBound }
        if let start = scanner.openString, !scanner.skipMultilineString(from: start) {
            // The string includes the rest of the file: look for the next pair after its first line.
            scanner.skipLine()
            while !scanner.isAtEnd, scanner.lineBeginning == nil { scanner.skipLine() }
        } else if !brackets.isEmpty {
            skipBrackets(depth: brackets.count, hasTable: brackets.contains(where: \.isTable))
        } else if problem.code == .missingEquals, scanner.skipToBracket() {
            skipBrackets(depth: 0, hasTable: scanner.byte == UInt8(ascii: "{"))
        } else {
            scanner.skipLine()
        }
        skipLeftovers(of: problem)
    }

    /// Skips lines that are only the remains of a mistake above them.
    private mutating func skipLeftovers(of problem: Problem) {
        while scanner.beginsWithLeftover { scanner.skipLine() }
        let start = problem.offsets.lowerBound
        switch problem.code {
        case .unterminatedString:
            // The second half of a string that was broken in two.
            if scanner.restOfLineHolds(scanner.byte(at: start)), scanner.lineBeginning == nil { scanner.skipLine() }
        case .missingValue:
            // The value is on the next line, or is an array whose opening bracket is missing.
            guard scanner.byte(at: start) == .lineFeed || scanner.byte(at: start) == .carriageReturn else { return }
            while !scanner.isAtEnd, !scanner.lineIsEmpty, scanner.lineBeginning == nil { scanner.skipLine() }
        default:
            break
        }
    }

    /// Skips to after the line on which all brackets are closed.
    ///
    /// - Parameters:
    ///   - depth: The number of open brackets.
    ///   - hasTable: Whether one of them is an inline table's.
    private mutating func skipBrackets(depth: Int, hasTable: Bool) {
        var depth = depth
        var firstPair: Int?
        // After one quote without a partner in the rest of the file, no further ones are searched for.
        var seeksStrings = true
        while !scanner.isAtEnd {
            switch scanner.byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                scanner.offset += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                scanner.offset += 1
                if depth <= 0 {
                    scanner.skipLine()
                    return
                }
            case UInt8(ascii: "#"):
                scanner.skipToLineEnd()
            case .quote, .apostrophe:
                let start = scanner.offset
                do throws(Problem) {
                    if seeksStrings { _ = try scanner.scanString() } else { scanner.skipToLineEnd() }
                } catch {
                    scanner.openString = nil
                    if scanner.isAtEnd { seeksStrings = false }
                    scanner.offset = start
                    scanner.skipToLineEnd()
                }
            case .lineFeed:
                scanner.offset += 1
                switch scanner.lineBeginning {
                case .header:
                    if let firstPair { scanner.offset = firstPair }
                    return
                case .pair:
                    // An inline table consists of lines of pairs: continue if its end is still to come.
                    if !hasTable { return }
                    firstPair = firstPair ?? scanner.offset
                case nil:
                    break
                }
            default:
                scanner.offset += 1
            }
        }
        if let firstPair { scanner.offset = firstPair }
    }
}

extension Scanner {
    /// What a line seems to begin.
    enum LineBeginning {
        case pair, header
    }

    /// Skips to the line end.
    mutating func skipToLineEnd() {
        while !isAtEnd, byte != .lineFeed { offset += 1 }
    }

    /// Skips the rest of the line and its line end.
    mutating func skipLine() {
        skipToLineEnd()
        if !isAtEnd { offset += 1 }
    }

    /// Skips to the bracket of a value after a key whose `=` is missing or is `:`; false if there is none.
    fileprivate mutating func skipToBracket() -> Bool {
        var start = offset
        if byte(at: start) == UInt8(ascii: ":") { start += 1 }
        while byte(at: start).isBlank { start += 1 }
        guard byte(at: start) == UInt8(ascii: "[") || byte(at: start) == UInt8(ascii: "{") else { return false }
        offset = start
        return true
    }

    /// Whether a pair begins, or a bracket closes, at an offset, after whitespace and line ends.
    mutating func beginsPair(at place: Int) -> Bool {
        let start = offset
        defer { offset = start }
        offset = place
        while byte.isBlank || byte == .lineFeed || byte == .carriageReturn { offset += 1 }
        return byte == UInt8(ascii: "}") || lineBeginning == .pair
    }

    /// Skips the multi-line string that begins at an offset, whatever it contains; if it has no end, returns to its
    /// beginning.
    fileprivate mutating func skipMultilineString(from start: Int) -> Bool {
        openString = nil
        let quote = byte(at: start)
        offset = start + 3
        while !isAtEnd {
            if byte == quote, byte(at: offset + 1) == quote, byte(at: offset + 2) == quote {
                while byte == quote { offset += 1 }
                return true
            }
            offset += byte == .backslash && quote == .quote ? 2 : 1
        }
        offset = start
        return false
    }

    /// Whether the rest of this line contains a byte.
    func restOfLineHolds(_ wanted: UInt8) -> Bool {
        var index = offset
        while index < bytes.count, bytes[index] != .lineFeed {
            if bytes[index] == wanted { return true }
            index += 1
        }
        return false
    }

    /// Whether this line has only whitespace and a comment.
    fileprivate var lineIsEmpty: Bool {
        var index = offset
        while byte(at: index).isBlank { index += 1 }
        let byte = byte(at: index)
        return index >= bytes.count || byte == .lineFeed || byte == .carriageReturn || byte == UInt8(ascii: "#")
    }

    /// What begins at this line start; nil if it looks like neither a pair nor a header.
    var lineBeginning: LineBeginning? {
        mutating get {
            let start = offset
            defer { offset = start }
            skipBlanks()
            var parts: [KeyToken] = []
            do throws(Problem) {
                guard byte == UInt8(ascii: "[") else {
                    try scanKey(into: &parts, limit: .max)
                    return byte == UInt8(ascii: "=") ? .pair : nil
                }
                let isElement = byte(at: offset + 1) == UInt8(ascii: "[")
                offset += isElement ? 2 : 1
                skipBlanks()
                // `[1]` and `["a"]` are more likely the remains of an array.
                if byte.isDigit || byte == .quote || byte == .apostrophe { return nil }
                try scanKey(into: &parts, limit: .max)
                try closeHeader(isElement: isElement, from: start)
                skipBlanks()
                return isAtEnd || byteEndsLine || byte == UInt8(ascii: "#") ? .header : nil
            } catch {
                return nil
            }
        }
    }

    /// Whether a line begins in an invalid way: with a closing bracket or quotes, a comma, an equals sign or a dot.
    fileprivate var beginsWithLeftover: Bool {
        var start = offset
        while byte(at: start).isBlank { start += 1 }
        switch byte(at: start) {
        case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "="),
            UInt8(ascii: "."):
            return true
        default: return matches("\"\"\"", at: start) || matches("'''", at: start)
        }
    }
}
