/// Base64 with the alphabet of RFC 4648 §4 and padding.
public enum Base64 {
    /// Appends bytes as base64: four characters for three bytes, padded with `=`.
    public static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        text.reserveCapacity(text.count + (bytes.count + 2) / 3 * 4)
        var index = 0
        while index + 3 <= bytes.count {
            let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            text.append(sign(group >> 18))
            text.append(sign(group >> 12 & 63))
            text.append(sign(group >> 6 & 63))
            text.append(sign(group & 63))
            index += 3
        }
        let rest = bytes.count - index
        guard rest > 0 else { return }
        let group = UInt32(bytes[index]) << 16 | (rest > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
        text.append(sign(group >> 18))
        text.append(sign(group >> 12 & 63))
        text.append(rest > 1 ? sign(group >> 6 & 63) : padding)
        text.append(padding)
    }

    /// Bytes as base64, as `append` writes them.
    public static func text(of bytes: Span<UInt8>) -> String {
        var text: [UInt8] = []
        append(bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes base64; nil if the text is not what `append` would write.
    ///
    /// Padding is required, unused bits must be zero, and line ends and whitespace are refused: so each byte sequence
    /// has exactly one text.
    public static func bytes(of text: Span<UInt8>) -> [UInt8]? {
        text.withUnsafeBufferPointer { text in
            var count: Int?
            let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3) { room, written in
                count = decode(text, into: room)
                written = count ?? 0
            }
            return count == nil ? nil : bytes
        }
    }

    /// Decodes base64 in the same way as `bytes(of:)` into memory.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - room: At least three bytes for four of the text.
    /// - Returns: The number of bytes; nil if the text is not what `append` would write.
    static func decode(_ text: UnsafeBufferPointer<UInt8>, into room: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        guard text.count % 4 == 0 else { return nil }
        var end = 0
        for start in stride(from: 0, to: text.count, by: 4) {
            var count = 4
            if start + 4 == text.count {
                if text[start + 3] == padding { count = 3 }
                if count == 3, text[start + 2] == padding { count = 2 }
            }
            var group: UInt32 = 0
            for index in 0..<4 {
                let value = index < count ? value(of: text[start + index]) : 0
                guard let value else { return nil }
                group = group << 6 | value
            }
            // 24 bits hold three bytes, 18 hold two and 12 hold one: the remaining bits must be zero.
            guard group & (count == 4 ? 0 : count == 3 ? 0xFF : 0xFFFF) == 0 else { return nil }
            for index in 0..<count - 1 {
                room.initializeElement(at: end, to: UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * index)))
                end += 1
            }
        }
        return end
    }

    private static let padding = UInt8(ascii: "=")

    @inline(__always)
    private static func sign(_ value: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value)
        return switch value {
        case 0..<26: value + 65
        case 26..<52: value + 71
        case 52..<62: value - 4
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    @inline(__always)
    private static func value(of sign: UInt8) -> UInt32? {
        switch sign {
        case 65...90: UInt32(sign - 65)
        case 97...122: UInt32(sign - 71)
        case 48...57: UInt32(sign + 4)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
