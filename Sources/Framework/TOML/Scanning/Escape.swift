/// An escape sequence of a basic string, from its backslash on.
struct Escape {
    /// Its length in bytes, including the backslash.
    let length: Int
    /// Its scalar; nil for a backslash at the end of a line, which has none.
    let scalar: Unicode.Scalar?

    /// Reads an escape that the scanner has found valid; any other becomes U+FFFD.
    init(at offset: Int, in bytes: Span<UInt8>) {
        let letter = offset + 1 < bytes.count ? bytes[offset + 1] : 0
        switch letter {
        case UInt8(ascii: "b"): self.init(2, scalar: "\u{8}")
        case UInt8(ascii: "t"): self.init(2, scalar: "\t")
        case UInt8(ascii: "n"): self.init(2, scalar: "\n")
        case UInt8(ascii: "f"): self.init(2, scalar: "\u{C}")
        case UInt8(ascii: "r"): self.init(2, scalar: "\r")
        case UInt8(ascii: "e"): self.init(2, scalar: "\u{1B}")
        case UInt8(ascii: "\""): self.init(2, scalar: "\"")
        case UInt8(ascii: "\\"): self.init(2, scalar: "\\")
        case UInt8(ascii: "x"): self.init(hexDigits: 2, at: offset, in: bytes)
        case UInt8(ascii: "u"): self.init(hexDigits: 4, at: offset, in: bytes)
        case UInt8(ascii: "U"): self.init(hexDigits: 8, at: offset, in: bytes)
        default:
            // A line continuation: all whitespace up to the next text is skipped.
            var end = offset + 1
            while end < bytes.count, bytes[end].isBlank || bytes[end] == .lineFeed || bytes[end] == .carriageReturn {
                end += 1
            }
            self.init(end - offset, scalar: nil)
        }
    }

    private init(_ length: Int, scalar: Unicode.Scalar?) {
        self.length = length
        self.scalar = scalar
    }

    private init(hexDigits count: Int, at offset: Int, in bytes: Span<UInt8>) {
        var value: UInt32 = 0
        for index in offset + 2..<offset + 2 + count {
            let digit = index < bytes.count ? bytes[index].hexValue : nil
            value = value << 4 | UInt32(digit ?? 0)
        }
        self.init(2 + count, scalar: Unicode.Scalar(value) ?? "\u{FFFD}")
    }
}
