extension OptionInput {
    /// The place of a part of a text in the file, where escapes, line ends and `${…}` take other bytes than what they
    /// stand for.
    ///
    /// - Parameters:
    ///   - part: The part, in bytes of the text.
    ///   - text: The text of this value, after replacement.
    /// - Returns: The place of the part, or that of the reference that it replaces; the place of the whole value if the
    ///   file does not write this text.
    package func range(of part: Range<Int>, in text: [UInt8]) -> SourceRange {
        guard var places = StringPlaces(range) else { return range }
        places.replaceReferences(by: replacement)
        guard places.bytes == text, part.upperBound <= text.count else { return range }
        let found = range.text[places.offsets(of: part)]
        return range.isSecret ? found.asSecret : found
    }
}

/// Where each byte of a text is in a file that writes it as a TOML string.
private struct StringPlaces {
    /// The text.
    private(set) var bytes: [UInt8] = []
    /// The offsets in the file of each byte.
    private var places: [Range<Int>] = []
    /// The offset of the closing quotes.
    private let end: Int

    /// The text at `range` as it is written, with its escapes replaced; nil if no string is there.
    init?(_ range: SourceRange) {
        let written = Array(range.text.bytes[range.offsets])
        guard let quote = written.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
        let isLong = written.count >= 6 && written[1] == quote && written[2] == quote
        var index = isLong ? 3 : 1
        let end = written.count - index
        self.end = range.offsets.lowerBound + end
        // A line end after the opening quotes is not part of the text.
        if isLong, index < end, written[index] == 0x0D { index += 1 }
        if isLong, index < end, written[index] == 0x0A { index += 1 }
        while index < end {
            let start = range.offsets.lowerBound + index
            guard quote == UInt8(ascii: "\""), written[index] == UInt8(ascii: "\\"), index + 1 < end else {
                // A line end of two bytes is one byte of the text.
                let isPair = written[index] == 0x0D && index + 1 < end && written[index + 1] == 0x0A
                append([isPair ? 0x0A : written[index]], at: start..<start + (isPair ? 2 : 1))
                index += isPair ? 2 : 1
                continue
            }
            // A backslash at the end of a line leaves out what is blank up to the next sign.
            if isLong, let next = Self.afterLineEnd(written[index + 1..<end]) {
                index = next
                continue
            }
            let (bytes, count) = Self.escape(written[index + 1..<end])
            append(bytes, at: start..<min(start + 1 + count, self.end))
            index += 1 + count
        }
    }

    private mutating func append(_ more: some Collection<UInt8>, at place: Range<Int>) {
        bytes += more
        places += repeatElement(place, count: more.count)
    }

    /// The offsets in the file of a part of the text.
    func offsets(of part: Range<Int>) -> Range<Int> {
        let start = part.lowerBound < places.count ? places[part.lowerBound].lowerBound : end
        return start..<(part.isEmpty ? start : places[part.upperBound - 1].upperBound)
    }

    /// Replaces `$$` by a dollar sign and `${…}` by what a closure returns, as `Interpolation.expand` does.
    mutating func replaceReferences(by replacement: (Substring) -> String?) {
        let dollar = UInt8(ascii: "$")
        guard bytes.contains(dollar) else { return }
        let (written, writtenPlaces) = (bytes, places)
        (bytes, places) = ([], [])
        var index = 0
        while index < written.count {
            var last = index
            var text = [written[index]]
            let next = index + 1 < written.count ? written[index + 1] : 0
            if written[index] == dollar, next == dollar {
                last = index + 1
            } else if written[index] == dollar, next == UInt8(ascii: "{"),
                let close = written[index...].firstIndex(of: UInt8(ascii: "}")),
                let value = replacement(String(decoding: written[index + 2..<close], as: UTF8.self)[...])
            {
                (text, last) = (Array(value.utf8), close)
            }
            append(text, at: writtenPlaces[index].lowerBound..<writtenPlaces[last].upperBound)
            index = last + 1
        }
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
