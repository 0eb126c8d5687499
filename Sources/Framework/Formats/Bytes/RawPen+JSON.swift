extension RawPen {
    /// The most bytes of a JSON string: a control character takes six.
    static func mostOfString(_ count: Int) -> Int { 6 * count + 2 }

    /// Writes a text as a JSON string.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8; sixteen bytes can be read from the start of each sixteen of them.
    ///   - count: The number of bytes.
    @inline(__always)
    mutating func put(paddedString text: UnsafePointer<UInt8>, count: Int) {
        put(UInt8(ascii: "\""))
        var done = 0
        while done < count {
            let block = UnsafeRawPointer(text + done).loadUnaligned(as: SIMD16<UInt8>.self)
            UnsafeMutableRawPointer(next).storeBytes(of: block, as: SIMD16<UInt8>.self)
            let left = count &- done
            var escaped = Self.escaped(block)
            if left < 16 { escaped &= (1 &<< UInt32(truncatingIfNeeded: left)) &- 1 }
            if escaped == 0 {
                next += min(left, 16)
                done &+= 16
            } else {
                let plain = escaped.trailingZeroBitCount
                next += plain
                put(escaping: text[done &+ plain])
                done &+= plain &+ 1
            }
        }
        put(UInt8(ascii: "\""))
    }

    /// The bytes of sixteen that a JSON string escapes, as bits.
    @inline(__always)
    private static func escaped(_ block: SIMD16<UInt8>) -> UInt32 {
        typealias Block = SIMD16<UInt8>
        return ByteMask.bits(
            (block .< Block(repeating: 0x20)) .| (block .== Block(repeating: UInt8(ascii: "\"")))
                .| (block .== Block(repeating: UInt8(ascii: "\\")))
        )
    }

    /// Writes a quote, a backslash or a control character.
    mutating func put(escaping byte: UInt8) {
        put(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: put(UInt8(ascii: "b"))
        case 0x09: put(UInt8(ascii: "t"))
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0C: put(UInt8(ascii: "f"))
        case 0x0D: put(UInt8(ascii: "r"))
        case 0..<0x20:
            put("u00")
            put(0x30 + byte >> 4)
            put(byte & 15 < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15)
        default: put(byte)
        }
    }
}
