/// Text for bytes in messages.
enum Text {
    /// `U+0000 (null)`.
    static func name(ofControl byte: UInt8) -> String {
        let name: String? =
            switch byte {
            case 0x00: "null"
            case 0x08: "backspace"
            case 0x09: "tab"
            case 0x0A: "line feed"
            case 0x0C: "form feed"
            case 0x0D: "carriage return"
            case 0x1B: "escape"
            case 0x7F: "delete"
            default: nil
            }
        return "the control character U+00\(hex(UInt32(byte), digits: 2))" + (name.map { " (\($0))" } ?? "")
    }

    /// The escape for a control character in a basic string, valid in both versions.
    static func escape(_ byte: UInt8) -> String {
        switch byte {
        case 0x08: "\\b"
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0C: "\\f"
        case 0x0D: "\\r"
        default: "\\u\(hex(UInt32(byte), digits: 4))"
        }
    }

    /// A text cut to `count` scalars, for names in messages: a key may have megabytes.
    static func short(_ text: String, to count: Int = 60) -> String {
        let start = text.unicodeScalars.prefix(count)
        return start.endIndex == text.endIndex ? text : String(start) + "…"
    }

    /// Upper-case hexadecimal, padded with zeros on the left.
    static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}

extension Scanner {
    /// The text at an offset in quotes, or a description of what cannot be quoted: for "found …".
    func found(at offset: Int) -> String {
        guard offset < bytes.count else { return "the end of the file" }
        let first = bytes[offset]
        if first == .lineFeed || (first == .carriageReturn && byte(at: offset + 1) == .lineFeed) {
            return "the end of the line"
        }
        if first == UInt8(ascii: "#") { return "a comment" }
        if first.isControl { return Text.name(ofControl: first) }
        if let name = invisible(at: offset) { return name }
        return "'\(word(at: offset))'"
    }

    /// The name of an invisible character at an offset; nil if there is none.
    func invisible(at offset: Int) -> String? {
        guard byte(at: offset) >= 0x80, let scalar = word(at: offset).unicodeScalars.first else { return nil }
        switch scalar.value {
        case 0xA0: return "a no-break space (U+00A0)"
        case 0xFEFF: return "a byte order mark (U+FEFF)"
        case 0x80..<0xA0, 0xAD, 0x1680, 0x180E, 0x2000...0x200F, 0x2028...0x202F, 0x205F...0x206F, 0x3000:
            return "the invisible character U+\(Text.hex(scalar.value, digits: 4))"
        default: return nil
        }
    }

    /// The word at an offset: a run of letters, digits and the like, or one scalar; at most 40 bytes of it.
    func word(at offset: Int) -> String {
        var end = offset
        while end < bytes.count, end - offset < 40, bytes[end].isBareKey || bytes[end] >= 0x80 { end += 1 }
        if end == offset { end = min(offset + 1, bytes.count) }
        // Do not cut a character.
        while end < bytes.count, end > offset + 1, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return text(offset..<end)
    }

    /// The bytes at `offsets` as text; invalid ones become U+FFFD.
    func text(_ offsets: Range<Int>) -> String {
        var copy: [UInt8] = []
        copy.reserveCapacity(offsets.count)
        for index in offsets.clamped(to: 0..<bytes.count) { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }

    /// The end of the word that began at `start`.
    func endOfWord(from start: Int) -> Int {
        var end = max(offset, start)
        while end < bytes.count, !bytes[end].endsValue { end += 1 }
        return end
    }

    /// A range of the text, in quotes, cut to 40 bytes.
    func abbreviated(_ offsets: Range<Int>) -> String {
        guard offsets.count > 40 else { return "'\(text(offsets))'" }
        var end = offsets.lowerBound + 40
        while end > offsets.lowerBound + 1, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return "'\(text(offsets.lowerBound..<end))…'"
    }

    /// A typographic quotation mark, as word processors insert it.
    func smartQuote(at offset: Int) -> String? {
        guard byte(at: offset) == 0xE2, byte(at: offset + 1) == 0x80 else { return nil }
        switch byte(at: offset + 2) {
        case 0x98, 0x99, 0x9C, 0x9D, 0x9E: return text(offset..<offset + 3)
        default: return nil
        }
    }
}
