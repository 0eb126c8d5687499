/// Texts as JSON strings (RFC 8259 §7).
public enum JSONText {
    /// Appends a text in quotes; quotes, backslashes and control characters in it are escaped.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8.
    ///   - bytes: What to append to.
    public static func append(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
        text.withUnsafeBufferPointer { append($0, to: &bytes) }
    }

    /// Appends a JSON value without its line ends, which are insignificant: within strings they are escaped.
    ///
    /// - Parameters:
    ///   - value: A text for which `isValue` holds.
    ///   - bytes: What to append to.
    public static func append(value: Span<UInt8>, to bytes: inout [UInt8]) {
        value.withUnsafeBufferPointer { value in
            guard value.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return bytes.append(contentsOf: value) }
            bytes.append(contentsOf: value.lazy.filter { $0 != 0x0A && $0 != 0x0D })
        }
    }

    /// Whether a text, which is valid UTF-8, is one JSON value, with or without whitespace around it.
    public static func isValue(_ text: Span<UInt8>) -> Bool {
        let room = text.count + JSONScanner.padding
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { copy in
            copy.initialize(repeating: 0)
            guard let start = copy.baseAddress else { return false }
            text.withUnsafeBufferPointer { text in
                if let source = text.baseAddress { start.update(from: source, count: text.count) }
            }
            let scanner = JSONScanner(base: start, end: start + text.count)
            // Text that is not a value is a valid result here, not an error.
            guard let end = try? scanner.skipValue(scanner.space(start), depth: 0) else { return false }
            return scanner.space(end) == scanner.end
        }
    }

    /// Copies in runs, since few characters have to be escaped.
    static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        for index in text.indices {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            start = index + 1
            bytes.append(UInt8(ascii: "\\"))
            switch byte {
            case 0x08: bytes.append(UInt8(ascii: "b"))
            case 0x09: bytes.append(UInt8(ascii: "t"))
            case 0x0A: bytes.append(UInt8(ascii: "n"))
            case 0x0C: bytes.append(UInt8(ascii: "f"))
            case 0x0D: bytes.append(UInt8(ascii: "r"))
            case 0..<0x20:
                bytes.append(contentsOf: [UInt8(ascii: "u"), 0x30, 0x30, 0x30 + byte >> 4])
                bytes.append(byte & 15 < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15)
            default: bytes.append(byte)
            }
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
        bytes.append(UInt8(ascii: "\""))
    }
}
