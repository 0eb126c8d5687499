/// The lexical part of JSON (RFC 8259): moves from one position of the bytes to the next.
///
///     base                            p                             end
///     [{"id":1304,"movie":{"title":"Al…                            │0 0 0 … 0│
///                                                                    padding
///
/// `padding` zero bytes follow `end`, and every loop stops at a zero byte, which is valid JSON neither inside nor
/// outside of strings. So no loop has to test for the end at each byte, and eight bytes may be read together anywhere
/// up to `end`. That makes the scanner fast, and is why it takes pointers. Code that stops at a zero byte then decides
/// whether it is the end (`incomplete`) or invalid. Nothing is written, and nothing is read outside of `base ..< end +
/// padding`.
struct JSONScanner {
    typealias Bytes = UnsafePointer<UInt8>

    let base: Bytes
    let end: Bytes

    /// The number of zero bytes that must follow `end`.
    static let padding = 64
    /// The maximum nesting depth of values.
    static let maximumDepth = 512

    /// The stop for an unexpected byte at `p`: invalid JSON, or the end of the window.
    @inline(never)
    func stop(_ expected: JSONStop.Expected, at p: Bytes) -> JSONStop {
        p >= end ? .incomplete : .syntax(expected, offset: p - base)
    }

    @inline(__always)
    func space(_ p: Bytes) -> Bytes { p.pointee > 0x20 ? p : manySpaces(p) }

    @inline(never)
    private func manySpaces(_ p: Bytes) -> Bytes {
        var p = p
        while true {
            // Indentation consists of runs of spaces.
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

    /// Skips `true`, `false` or `null` at `p`.
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
}
