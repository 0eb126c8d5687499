/// Whether bytes are UTF-8, for many bytes together: most of them are ASCII.
enum UTF8Check {
    /// Whether bytes are well-formed UTF-8 (Unicode 16, table 3-7).
    static func isValid(_ start: UnsafePointer<UInt8>, count: Int) -> Bool {
        var p = start
        let end = start + count
        while p < end {
            guard end - p >= 8 else {
                if p.pointee < 0x80 {
                    p += 1
                } else if let next = character(p, upTo: end) {
                    p = next
                } else {
                    return false
                }
                continue
            }
            while end - p >= 32, (word(p) | word(p + 8) | word(p + 16) | word(p + 24)) & highBits == 0 { p += 32 }
            guard end - p >= 8 else { continue }
            let high = word(p) & highBits
            guard high != 0 else {
                p += 8
                continue
            }
            p += high.trailingZeroBitCount &>> 3
            // Other scripts have one such character after the other.
            repeat {
                guard let next = character(p, upTo: end) else { return false }
                p = next
            } while p < end && p.pointee >= 0x80
        }
        return true
    }

    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    @inline(__always)
    private static func word(_ p: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
    }

    /// The position after a character of more than one byte; nil if it is not well-formed.
    @inline(__always)
    private static func character(_ p: UnsafePointer<UInt8>, upTo end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        let first = p.pointee
        let left = end - p
        switch first {
        case 0xC2...0xDF:
            guard left >= 2, p[1] & 0xC0 == 0x80 else { return nil }
            return p + 2
        case 0xE0...0xEF:
            guard left >= 3, p[1] & 0xC0 == 0x80, p[2] & 0xC0 == 0x80 else { return nil }
            // No longer form than needed, and no surrogates.
            if first == 0xE0, p[1] < 0xA0 { return nil }
            if first == 0xED, p[1] > 0x9F { return nil }
            return p + 3
        case 0xF0...0xF4:
            guard left >= 4, p[1] & 0xC0 == 0x80, p[2] & 0xC0 == 0x80, p[3] & 0xC0 == 0x80 else { return nil }
            if first == 0xF0, p[1] < 0x90 { return nil }
            if first == 0xF4, p[1] > 0x8F { return nil }
            return p + 4
        default: return nil
        }
    }
}
