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
}
