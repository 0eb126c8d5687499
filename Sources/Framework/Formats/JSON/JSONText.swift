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

    static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        PaddedCopy.with(text) { padded in
            RawPen.append(to: &bytes, atMost: RawPen.mostOfString(text.count)) { pen in
                pen.put(paddedString: padded, count: text.count)
            }
        }
    }
}
