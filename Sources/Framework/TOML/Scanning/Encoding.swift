/// Checks that bytes are UTF-8.
enum Encoding {
    /// The problems of the encoding: one `encoding` if the text has another one, otherwise one `invalid-utf8` for each
    /// invalid place, at most one per line and `limit` in all.
    static func problems(in bytes: Span<UInt8>, limit: Int) -> [Problem] {
        if let name = otherEncoding(of: bytes) {
            return [
                Problem(
                    .encoding,
                    message: "the file is in \(name), and TOML is UTF-8",
                    at: 0..<min(2, bytes.count),
                    hint: "save it as UTF-8"
                )
            ]
        }
        var problems: [Problem] = []
        var start = 0
        while start < bytes.count, problems.count < limit {
            let rest = bytes.extracting(start..<bytes.count)
            do throws(UTF8.ValidationError) {
                _ = try UTF8Span(validating: rest)
                return problems
            } catch {
                let damage = start + error.byteOffsets.lowerBound..<start + error.byteOffsets.upperBound
                problems.append(
                    Problem(
                        .invalidUTF8,
                        message: "the byte 0x\(Text.hex(UInt32(bytes[damage.lowerBound]), digits: 2)) at offset "
                            + "\(damage.lowerBound) is not UTF-8: \(reason(error.kind))",
                        at: damage,
                        hint: "save the file as UTF-8"
                    )
                )
                start = damage.upperBound
                while start < bytes.count, bytes[start] != .lineFeed { start += 1 }
            }
        }
        return problems
    }

    private static func reason(_ kind: UTF8.ValidationError.Kind) -> String {
        switch kind {
        case .truncatedScalar: "a character that is cut off"
        case .unexpectedContinuationByte: "the middle of a character without its beginning"
        case .surrogateCodePointByte: "half of a surrogate pair"
        case .overlongEncodingByte: "a character in more bytes than it needs"
        default: "no character begins like this"
        }
    }

    private static func otherEncoding(of bytes: Span<UInt8>) -> String? {
        guard bytes.count >= 2 else { return nil }
        switch (bytes[0], bytes[1]) {
        case (0xFE, 0xFF): return "UTF-16 (big endian)"
        case (0xFF, 0xFE): return "UTF-16 (little endian)"
        case (0, let second) where second >= 0x20 && bytes.count >= 4 && bytes[2] == 0 && bytes[3] != 0:
            return "UTF-16 (big endian)"
        case (let first, 0) where first >= 0x09 && bytes.count >= 4 && bytes[2] != 0 && bytes[3] == 0:
            return "UTF-16 (little endian)"
        default: return nil
        }
    }

    /// Both kinds of problems, without those that the parser found on a line with invalid bytes.
    static func merged(_ damage: [Problem], with problems: [Problem], in bytes: Span<UInt8>) -> [Problem] {
        let damagedLines = damage.map { lineStart(of: $0.offsets.lowerBound, in: bytes) }
        return damage
            + problems.filter { !damagedLines.contains(lineStart(of: $0.offsets.lowerBound, in: bytes)) }
    }

    private static func lineStart(of offset: Int, in bytes: Span<UInt8>) -> Int {
        var start = min(offset, bytes.count)
        while start > 0, bytes[start - 1] != .lineFeed { start -= 1 }
        return start
    }
}

extension Scanner {
    /// Skips a byte order mark, which is allowed only at the very start.
    mutating func skipByteOrderMark() {
        if offset == 0, byte == 0xEF, byte(at: 1) == 0xBB, byte(at: 2) == 0xBF { offset = 3 }
    }
}
