internal import PluginKit

/// Encodes text for Letterboxd's importer so that its treatment of quotes and backslashes does not matter.
///
/// Its help page requires a backslash before a quote, but its own export doubles quotes. Therefore a backslash is never
/// written where it could be read as an escape (at the end of a field, before a quote), and reviews contain no quotes.
enum FieldText {
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
    private static let comma = UInt8(ascii: ",")
    private static let blank = UInt8(ascii: " ")

    /// Whether a text has only blanks and control characters.
    @inline(__always)
    static func isBlank(_ text: Span<UInt8>) -> Bool {
        for index in text.indices where text[index] > blank { return false }
        return true
    }

    /// Appends a field of one line, quoted if necessary; control characters become blanks.
    @inline(__always)
    static func append(_ text: Span<UInt8>, to bytes: inout [UInt8], quotes: QuoteStyle) {
        if isPlain(text) {
            text.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        } else {
            appendProtected(text, to: &bytes, quotes: quotes)
        }
    }

    /// Whether a text can be written unchanged: it has no control characters, commas, quotes and backslashes.
    @inline(__always)
    static func isPlain(_ text: Span<UInt8>) -> Bool {
        // Unsafe: without checks and branches the compiler uses vector instructions for sixteen bytes.
        text.withUnsafeBufferPointer { text in
            var special = 0 as UInt8
            for byte in text {
                special |= byte < 32 ? 1 : 0
                special |= byte == 127 ? 1 : 0
                special |= byte == comma ? 1 : 0
                special |= byte == quote ? 1 : 0
                special |= byte == backslash ? 1 : 0
            }
            return special == 0
        }
    }

    /// Appends a text of several lines, without the surrounding quotes; each quote becomes `&quot;`.
    static func appendReview(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
        let start = bytes.count
        for index in text.indices {
            switch text[index] {
            case quote: bytes.append(contentsOf: "&quot;".utf8)
            case 13: if index + 1 == text.count || text[index + 1] != 10 { bytes.append(10) }
            case 10: bytes.append(10)
            case 0..<32, 127: bytes.append(blank)
            default: bytes.append(text[index])
            }
            // Blanks and line ends at the beginning are dropped.
            if bytes.count == start + 1, bytes[start] <= blank { bytes.removeLast() }
        }
        while bytes.count > start, let last = bytes.last, last <= blank || last == backslash { bytes.removeLast() }
    }

    /// Appends a tag, without commas and quotes; returns whether anything is left of it.
    static func appendTag(_ tag: Span<UInt8>, to bytes: inout [UInt8]) -> Bool {
        let start = bytes.count
        for index in tag.indices where tag[index] != quote && tag[index] != comma {
            let byte = tag[index] < 32 || tag[index] == 127 ? blank : tag[index]
            if byte != blank || bytes.count > start { bytes.append(byte) }
        }
        while bytes.count > start, let last = bytes.last, last == blank || last == backslash { bytes.removeLast() }
        return bytes.count > start
    }

    /// Appends a text that cannot be written unchanged.
    static func appendProtected(_ text: Span<UInt8>, to bytes: inout [UInt8], quotes: QuoteStyle) {
        let start = bytes.count
        var needsQuotes = false
        bytes.append(quote)
        for index in text.indices {
            let byte = text[index]
            switch byte {
            case quote:
                while bytes.count > start + 1, bytes.last == backslash { bytes.removeLast() }
                if quotes == .typographic {
                    bytes.append(contentsOf: (opens(text, at: index) ? "“" : "”").utf8)
                } else {
                    bytes.append(quotes == .doubled ? quote : backslash)
                    bytes.append(quote)
                    needsQuotes = true
                }
            case comma:
                bytes.append(comma)
                needsQuotes = true
            case 10 where index > 0 && text[index - 1] == 13: break
            case 0..<32, 127: bytes.append(blank)
            default: bytes.append(byte)
            }
        }
        while bytes.count > start + 1, bytes.last == backslash { bytes.removeLast() }
        if needsQuotes { bytes.append(quote) } else { bytes.remove(at: start) }
    }

    /// Whether a quote is an opening one: it is the first character, or follows a blank or an opening bracket.
    private static func opens(_ text: Span<UInt8>, at index: Int) -> Bool {
        guard index > 0 else { return true }
        return text[index - 1] <= blank || "([{-/".utf8.contains(text[index - 1])
    }
}

extension [UInt8] {
    /// Appends a number as digits.
    @inline(__always)
    mutating func append(digitsOf number: UInt64) {
        var count = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            count &+= 1
        }
        append(addingCapacity: count) { digits in
            digits.append(repeating: 48, count: count)
            var rest = number
            for index in stride(from: count &- 1, through: 0, by: -1) {
                digits[index] = 48 &+ UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
        }
    }
}
