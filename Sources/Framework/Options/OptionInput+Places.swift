extension OptionInput {
    /// The place of a part of a text in the file, where escapes take more bytes than what they stand for.
    ///
    /// - Parameters:
    ///   - part: The part, in bytes of the text.
    ///   - text: The text of this value.
    /// - Returns: The place of the part; that of the whole value if `${…}` in the file makes them differ.
    package func range(of part: Range<Int>, in text: [UInt8]) -> SourceRange {
        guard let places = StringPlaces(range, text: text) else { return range }
        let (lower, upper) = (places.offsets[part.lowerBound], places.offsets[part.upperBound])
        return range.text[lower..<max(upper, lower)]
    }
}

/// Where each byte of a text is in a file that writes it as a TOML string.
private struct StringPlaces {
    /// The offset in the file of each byte, and of the end.
    var offsets: [Int] = []

    /// The places of the bytes; nil if the file does not write this text at `range`.
    init?(_ range: SourceRange, text: [UInt8]) {
        let written = Array(range.text.bytes[range.offsets])
        guard let quote = written.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
        let isLong = written.count >= 6 && written[1] == quote && written[2] == quote
        var index = isLong ? 3 : 1
        let end = written.count - index
        // A line end after the opening quotes is not part of the text.
        if isLong, index < end, written[index] == 0x0D { index += 1 }
        if isLong, index < end, written[index] == 0x0A { index += 1 }
        var found: [UInt8] = []
        while index < end, found.count <= text.count {
            let start = range.offsets.lowerBound + index
            guard quote == UInt8(ascii: "\""), written[index] == UInt8(ascii: "\\"), index + 1 < end else {
                found.append(written[index])
                offsets.append(start)
                index += 1
                continue
            }
            // A backslash at the end of a line leaves out what is blank up to the next sign.
            if isLong, let next = Self.afterLineEnd(written[index + 1..<end]) {
                index = next
                continue
            }
            let (bytes, count) = Self.escape(written[index + 1..<end])
            found += bytes
            offsets += bytes.map { _ in start }
            index += 1 + count
        }
        offsets.append(range.offsets.lowerBound + end)
        guard found == text else { return nil }
    }

    /// Where a text continues after a backslash, blanks and at least one line end; nil if no line ends here.
    private static func afterLineEnd(_ rest: ArraySlice<UInt8>) -> Int? {
        let next = rest.firstIndex { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D } ?? rest.endIndex
        return rest[..<next].contains(0x0A) ? next : nil
    }

    /// What an escape stands for, from the byte after the backslash on, and how many bytes it takes.
    private static func escape(_ rest: ArraySlice<UInt8>) -> (bytes: [UInt8], count: Int) {
        switch rest.first {
        case UInt8(ascii: "b"): return ([0x08], 1)
        case UInt8(ascii: "t"): return ([0x09], 1)
        case UInt8(ascii: "n"): return ([0x0A], 1)
        case UInt8(ascii: "f"): return ([0x0C], 1)
        case UInt8(ascii: "r"): return ([0x0D], 1)
        case UInt8(ascii: "e"): return ([0x1B], 1)
        case UInt8(ascii: "x"): return (character(rest.dropFirst().prefix(2)), 3)
        case UInt8(ascii: "u"): return (character(rest.dropFirst().prefix(4)), 5)
        case UInt8(ascii: "U"): return (character(rest.dropFirst().prefix(8)), 9)
        case let byte?: return ([byte], 1)
        case nil: return ([], 1)
        }
    }

    private static func character(_ digits: ArraySlice<UInt8>) -> [UInt8] {
        UInt32(String(decoding: digits, as: UTF8.self), radix: 16).flatMap(Unicode.Scalar.init)
            .map { Array(String(Character($0)).utf8) } ?? []
    }
}
