/// The lexical half of JSON (RFC 8259): goes over bytes from a place to the next one.
///
///     base                            p                             end
///     [{"id":1304,"movie":{"title":"Al…                            │0 0 0 … 0│
///                                                                    padding
///
/// `padding` zero bytes lie behind `end`, and no loop goes on over a zero byte, which JSON does not know outside of
/// strings, and not inside either. So nothing here asks "is this the end?" for each byte, and eight bytes may be
/// read at once anywhere up to `end`: that is what makes it fast, and why it takes pointers. Whoever stops on a zero
/// then looks whether it is the end (`incomplete`) or damage. Nothing is written and nothing is read outside of
/// `base ..< end + padding`.
struct JSONScanner {
    typealias Bytes = UnsafePointer<UInt8>

    let base: Bytes
    let end: Bytes

    /// How many zero bytes must lie behind `end`.
    static let padding = 64
    /// How deep values may lie in one another.
    static let maximumDepth = 512

    /// That `p` is not what was expected there: damage, or the end of the window.
    @inline(never)
    func stop(_ expected: JSONStop.Expected, at p: Bytes) -> JSONStop {
        p >= end ? .incomplete : .syntax(expected, offset: p - base)
    }

    // MARK: Between values

    @inline(__always)
    func space(_ p: Bytes) -> Bytes { p.pointee > 0x20 ? p : manySpaces(p) }

    @inline(never)
    private func manySpaces(_ p: Bytes) -> Bytes {
        var p = p
        while true {
            // Indentation comes in runs.
            while Self.word(p) == 0x2020_2020_2020_2020 { p += 8 }
            switch p.pointee {
            case 0x20, 0x0A, 0x0D, 0x09: p += 1
            default: return p
            }
        }
    }

    @inline(__always)
    static func word(_ p: Bytes) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
    }

    // MARK: Strings

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

    /// From behind the opening quote to behind the closing one.
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

    /// From a backslash to behind what it escapes.
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

    /// Copies a string, unescaped, from behind its opening quote.
    ///
    /// - Parameters:
    ///   - p: The first byte behind the quote.
    ///   - target: Room for as many bytes as the string has in its escaped form, and eight more.
    ///   - isValidated: Whether to see to it that the text is UTF-8.
    /// - Returns: the place behind the closing quote, and how many bytes were written.
    /// - Throws: where it stopped, if the string is damaged or goes on behind the window.
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
        // A byte behind the quote may raise the alarm too: then a look too many is taken.
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

    /// Writes what a backslash escapes: at most four bytes for twelve, at most three for six.
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
            // A high surrogate: with a low one behind it, it is a character; alone it cannot be written as UTF-8.
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

    // MARK: Literals

    /// Over `true`, `false` or `null`, whichever begins at `p`.
    @inline(__always)
    func literal(_ p: Bytes) throws(JSONStop) -> Bytes {
        // `null`, `true`, `alse`
        switch UInt32(truncatingIfNeeded: Self.word(p)) {
        case 0x6C6C_756E, 0x6575_7274: return p + 4
        case 0x736C_6166 where p[4] == UInt8(ascii: "e"): return p + 5
        default: throw notALiteral(p)
        }
    }

    @inline(never)
    private func notALiteral(_ p: Bytes) -> JSONStop {
        for word in ["true", "false", "null"] where word.utf8.first == p.pointee {
            var p = p
            for byte in word.utf8 {
                guard p.pointee == byte else { return stop(.literal, at: p) }
                p += 1
            }
        }
        return stop(.value, at: p)
    }

    // MARK: Any value

    /// Over one value of any kind, checking its form; its text is not looked at for UTF-8.
    ///
    /// Takes no more stack for a deep value than for a flat one.
    ///
    /// - Parameters:
    ///   - p: The first byte of the value.
    ///   - depth: In how many values this one lies.
    /// - Returns: The place behind it.
    /// - Throws: where it stopped, if the value is damaged or goes on behind the window.
    @inline(__always)
    func skipValue(_ p: Bytes, depth: Int) throws(JSONStop) -> Bytes {
        switch p.pointee {
        case UInt8(ascii: "\""): try skipString(p + 1)
        case UInt8(ascii: "{"), UInt8(ascii: "["): try skipContainer(p, depth: depth)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber(p)
        default: try literal(p)
        }
    }

    @inline(never)
    private func skipContainer(_ p: Bytes, depth: Int) throws(JSONStop) -> Bytes {
        // One bit for each open value: whether it is an object.
        var objects = InlineArray<8, UInt64>(repeating: 0)
        var level = 0
        var p = p
        value: while true {
            switch p.pointee {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth + level < Self.maximumDepth else { throw .depth(offset: p - base) }
                let isObject = p.pointee == UInt8(ascii: "{")
                let bit: UInt64 = 1 << UInt64(level & 63)
                objects[level >> 6] = isObject ? objects[level >> 6] | bit : objects[level >> 6] & ~bit
                level += 1
                p = space(p + 1)
                if isObject {
                    if p.pointee != UInt8(ascii: "}") {
                        p = try skipKey(p)
                        continue value
                    }
                } else if p.pointee != UInt8(ascii: "]") {
                    continue value
                }
                level -= 1
                p += 1
            case UInt8(ascii: "\""): p = try skipString(p + 1)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): p = try skipNumber(p)
            default: p = try literal(p)
            }
            // Behind a value: out of as many as end here.
            while level > 0 {
                p = space(p)
                let isObject = objects[(level - 1) >> 6] >> UInt64((level - 1) & 63) & 1 != 0
                if p.pointee == UInt8(ascii: ",") {
                    p = space(p + 1)
                    if isObject { p = try skipKey(p) }
                    continue value
                }
                guard p.pointee == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    throw stop(isObject ? .commaOrBrace : .commaOrBracket, at: p)
                }
                level -= 1
                p += 1
            }
            return p
        }
    }

    /// Over a key and its colon, to the value.
    @inline(__always)
    private func skipKey(_ p: Bytes) throws(JSONStop) -> Bytes {
        guard p.pointee == UInt8(ascii: "\"") else { throw stop(.key, at: p) }
        let colon = space(try skipString(p + 1))
        guard colon.pointee == UInt8(ascii: ":") else { throw stop(.colon, at: colon) }
        return space(colon + 1)
    }
}
