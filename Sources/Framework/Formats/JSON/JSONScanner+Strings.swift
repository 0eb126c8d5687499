/// Strings (RFC 8259 §7), eight bytes at a time while there is only plain text.
extension JSONScanner {
    /// The top bit of each byte that ends a run of plain text: a quote, a backslash, a control character.
    ///
    /// Bits above the lowest one may be false alarms (a borrow); the lowest one is not.
    @inline(__always)
    static func special(_ word: UInt64) -> UInt64 {
        let quote = word ^ 0x2222_2222_2222_2222
        let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
        let ones: UInt64 = 0x0101_0101_0101_0101
        return
            (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            | ((word &- 0x2020_2020_2020_2020) & ~word)) & 0x8080_8080_8080_8080
    }

    /// Skips from after the opening quote to after the closing one.
    @inline(__always)
    func skipString(_ p: Bytes) throws(JSONStop) -> Bytes {
        var p = p
        while true {
            let special = Self.special(Self.word(p))
            guard special != 0 else {
                p += 8
                continue
            }
            p += special.trailingZeroBitCount &>> 3
            if p.pointee == UInt8(ascii: "\"") { return p + 1 }
            p = try skipEscape(p)
        }
    }

    /// Skips an escape sequence, from the backslash on.
    @inline(never)
    private func skipEscape(_ p: Bytes) throws(JSONStop) -> Bytes {
        guard p.pointee == UInt8(ascii: "\\") else { throw stop(.printable, at: p) }
        if p[1] == UInt8(ascii: "u") {
            _ = try codeUnit(p + 2)
            return p + 6
        }
        guard Self.unescaped(p[1]) != 0 else { throw stop(.escape, at: p + 1) }
        return p + 2
    }

    /// Copies a string, unescaped, from after its opening quote.
    ///
    /// - Parameters:
    ///   - p: The first byte after the quote.
    ///   - target: Room for as many bytes as the string has in its escaped form, and eight more.
    ///   - isValidated: Whether to check that the text is UTF-8.
    /// - Returns: The position after the closing quote, and the number of bytes written.
    /// - Throws: Where it stopped, if the string is invalid or continues after the window.
    @inline(__always)
    func copyString(
        _ p: Bytes,
        to target: UnsafeMutablePointer<UInt8>,
        isValidated: Bool = true
    ) throws(JSONStop) -> (next: Bytes, count: Int) {
        var p = p
        let first = p
        var out = target
        var seen: UInt64 = 0
        while true {
            let word = Self.word(p)
            UnsafeMutableRawPointer(out).storeBytes(of: word.littleEndian, as: UInt64.self)
            seen |= word
            let special = Self.special(word)
            guard special != 0 else {
                p += 8
                out += 8
                continue
            }
            let count = special.trailingZeroBitCount &>> 3
            p += count
            out += count
            if p.pointee == UInt8(ascii: "\"") { break }
            (p, out) = try unescape(p, to: out)
        }
        // A byte after the quote may cause a false alarm: then the text is checked unnecessarily.
        if isValidated, seen & 0x8080_8080_8080_8080 != 0 { try validate(from: first, to: p) }
        return (p + 1, out - target)
    }

    @inline(never)
    private func validate(from start: Bytes, to end: Bytes) throws(JSONStop) {
        do {
            _ = try UTF8Span(validating: UnsafeBufferPointer(start: start, count: end - start).span)
        } catch {
            throw .utf8(offset: start - base + error.byteOffsets.lowerBound)
        }
    }

    /// Writes an escaped character: at most four bytes for twelve, at most three for six.
    @inline(never)
    private func unescape(
        _ p: Bytes,
        to out: UnsafeMutablePointer<UInt8>
    ) throws(JSONStop) -> (Bytes, UnsafeMutablePointer<UInt8>) {
        guard p.pointee == UInt8(ascii: "\\") else { throw stop(.printable, at: p) }
        guard p[1] == UInt8(ascii: "u") else {
            let byte = Self.unescaped(p[1])
            guard byte != 0 else { throw stop(.escape, at: p + 1) }
            out.pointee = byte
            return (p + 2, out + 1)
        }
        var next = p + 6
        var scalar = Unicode.Scalar("\u{FFFD}")
        let unit = try codeUnit(p + 2)
        if let whole = Unicode.Scalar(unit) {
            scalar = whole
        } else if unit < 0xDC00 {
            // A high surrogate followed by a low one is a character; alone it cannot be written as UTF-8.
            if next.pointee == 0 && next >= end { throw .incomplete }
            if next.pointee == UInt8(ascii: "\\"), next + 1 >= end { throw .incomplete }
            if next.pointee == UInt8(ascii: "\\"), next[1] == UInt8(ascii: "u") {
                let low = try codeUnit(next + 2)
                if 0xDC00...0xDFFF ~= low,
                    let whole = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
                {
                    scalar = whole
                    next += 6
                }
            }
        }
        var out = out
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
            out.pointee = byte
            out += 1
        }
        return (next, out)
    }

    /// Whether a string has half of a surrogate pair, which is not a character and cannot be written as UTF-8.
    ///
    /// - Parameters:
    ///   - p: The first byte after the opening quote of a valid string.
    ///   - end: Its closing quote.
    /// - Returns: True for a half without the other.
    @inline(never)
    func hasLoneSurrogate(_ p: Bytes, to end: Bytes) -> Bool {
        var p = p
        while p < end {
            guard p.pointee == UInt8(ascii: "\\") else {
                p += 1
                continue
            }
            guard p[1] == UInt8(ascii: "u"), let unit = try? codeUnit(p + 2) else {
                p += 2
                continue
            }
            p += 6
            guard 0xD800...0xDFFF ~= unit else { continue }
            guard unit < 0xDC00, p < end, p.pointee == UInt8(ascii: "\\"), p[1] == UInt8(ascii: "u"),
                let low = try? codeUnit(p + 2), 0xDC00...0xDFFF ~= low
            else { return true }
            p += 6
        }
        return false
    }

    /// Four hexadecimal digits.
    private func codeUnit(_ p: Bytes) throws(JSONStop) -> UInt32 {
        var unit: UInt32 = 0
        for index in 0..<4 {
            let byte = p[index]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte &- 48
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte &- 87
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte &- 55
            default: throw stop(.hexDigit, at: p + index)
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    private static func unescaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: 0
        }
    }
}
