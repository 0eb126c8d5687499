extension Scanner {
    /// Reads a key with all its parts, at most `limit`, into `parts`, and the blanks behind it.
    mutating func scanKey(into parts: inout [KeyToken], limit: Int) throws(Problem) {
        parts.removeAll(keepingCapacity: true)
        while true {
            let part = try scanKeyPart()
            if parts.count >= limit {
                throw Problem("too-deep", "more levels of tables and arrays than the limit allows", at: part.offsets)
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
                    "multiline-key",
                    "a key cannot be a multi-line string",
                    at: offset..<offset + 3,
                    hint: "write it in single quotation marks"
                )
            }
            let hasEscapes = try scanBasicString()
            return KeyToken(start: start + 1, length: offset - start - 2, isQuoted: true, hasEscapes: hasEscapes)
        case .apostrophe:
            if byte(at: offset + 1) == .apostrophe, byte(at: offset + 2) == .apostrophe {
                throw Problem(
                    "multiline-key",
                    "a key cannot be a multi-line string",
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
}
