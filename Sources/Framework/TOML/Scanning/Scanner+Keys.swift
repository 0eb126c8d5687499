extension Scanner {
    /// Reads a key with all its parts, at most `limit`, into `parts`, and the whitespace after it.
    mutating func scanKey(into parts: inout [KeyToken], limit: Int) throws(Problem) {
        parts.removeAll(keepingCapacity: true)
        while true {
            let part = try scanKeyPart()
            if parts.count >= limit {
                throw Problem(
                    .tooDeep,
                    message: "more levels of tables and arrays than the limit allows",
                    at: part.offsets
                )
            }
            parts.append(part)
            skipBlanks()
            guard byte == UInt8(ascii: ".") else { return }
            offset &+= 1
            skipBlanks()
        }
    }

    /// Reads one part of a key.
    mutating func scanKeyPart() throws(Problem) -> KeyToken {
        let start = offset
        while byte.isBareKey { offset &+= 1 }
        if offset > start { return KeyToken(start: start, length: offset - start, isQuoted: false, hasEscapes: false) }
        switch byte {
        case .quote:
            if byte(at: offset + 1) == .quote, byte(at: offset + 2) == .quote {
                throw Problem(
                    .multilineKey,
                    message: "a key cannot be a multi-line string",
                    at: offset..<offset + 3,
                    hint: "write it in single quotation marks"
                )
            }
            let hasEscapes = try scanBasicString()
            return KeyToken(start: start + 1, length: offset - start - 2, isQuoted: true, hasEscapes: hasEscapes)
        case .apostrophe:
            if byte(at: offset + 1) == .apostrophe, byte(at: offset + 2) == .apostrophe {
                throw Problem(
                    .multilineKey,
                    message: "a key cannot be a multi-line string",
                    at: offset..<offset + 3,
                    hint: "write it in single apostrophes"
                )
            }
            try scanLiteralString()
            return KeyToken(start: start + 1, length: offset - start - 2, isQuoted: true, hasEscapes: false)
        default:
            throw missingKey()
        }
    }

    /// Reads the `=` after a key, and the whitespace after that.
    @inline(__always)
    mutating func takeEquals(from start: Int) throws(Problem) {
        guard byte == UInt8(ascii: "=") else { throw missingEquals(from: start) }
        offset &+= 1
        skipBlanks()
    }

    /// Reads the bracket or brackets at the end of a header.
    mutating func closeHeader(isElement: Bool, from start: Int) throws(Problem) {
        let closing = isElement ? "]]" : "]"
        guard byte == UInt8(ascii: "]"), !isElement || byte(at: offset &+ 1) == UInt8(ascii: "]") else {
            if byte.isControl, !byteEndsLine, !isAtEnd { throw controlCharacter(in: "a header") }
            let isPart = byte.isBareKey || byte >= 0x80
            throw Problem(
                .malformedHeader,
                message: "'\(closing)' is expected at the end of a header, found \(found(at: offset))",
                at: offset..<min(offset + 1, bytes.count),
                hint: isPart ? "put a key with spaces or other characters in quotes" : nil
            )
        }
        offset &+= closing.utf8.count
    }
}
