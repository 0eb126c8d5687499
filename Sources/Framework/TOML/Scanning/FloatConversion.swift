/// Converts a decimal float, whose form is valid, to a `Double`.
enum FloatConversion {
    /// The nearest double; infinity if it is too large for one.
    static func double(of bytes: Span<UInt8>, at offsets: Range<Int>) -> Double {
        fast(bytes, at: offsets) ?? exact(bytes, at: offsets)
    }

    /// For at most 15 digits and a power of ten that a double represents exactly: one multiplication is exact then
    /// (Clinger).
    private static func fast(_ bytes: Span<UInt8>, at offsets: Range<Int>) -> Double? {
        var offset = offsets.lowerBound
        let isNegative = bytes[offset] == UInt8(ascii: "-")
        if isNegative || bytes[offset] == UInt8(ascii: "+") { offset &+= 1 }
        var mantissa = 0
        var digits = 0
        var exponent = 0
        var isFraction = false
        while offset < offsets.upperBound {
            let byte = bytes[offset]
            if byte.isDigit {
                mantissa = mantissa &* 10 &+ Int(byte &- 0x30)
                digits &+= mantissa == 0 ? 0 : 1
                guard digits <= 15 else { return nil }
                exponent &-= isFraction ? 1 : 0
            } else if byte == UInt8(ascii: ".") {
                isFraction = true
            } else if byte != UInt8(ascii: "_") {
                break
            }
            offset &+= 1
        }
        if offset < offsets.upperBound {
            offset &+= 1
            let isDivision = bytes[offset] == UInt8(ascii: "-")
            if isDivision || bytes[offset] == UInt8(ascii: "+") { offset &+= 1 }
            var power = 0
            while offset < offsets.upperBound {
                if bytes[offset].isDigit {
                    power = power &* 10 &+ Int(bytes[offset] &- 0x30)
                    guard power < 1000 else { return nil }
                }
                offset &+= 1
            }
            exponent &+= isDivision ? 0 &- power : power
        }
        guard -22...22 ~= exponent else { return nil }
        let value = exponent < 0 ? Double(mantissa) / power(-exponent) : Double(mantissa) * power(exponent)
        return isNegative ? -value : value
    }

    @inline(__always)
    private static func power(_ exponent: Int) -> Double {
        var value = 1.0
        var base = 10.0
        var rest = exponent
        // Each step is exact: 10^22 is the largest power of ten that a double represents exactly.
        while rest > 0 {
            if rest & 1 == 1 { value *= base }
            rest >>= 1
            if rest > 0 { base *= base }
        }
        return value
    }

    /// With the standard library, which considers all digits.
    private static func exact(_ bytes: Span<UInt8>, at offsets: Range<Int>) -> Double {
        var digits: [UInt8] = []
        digits.reserveCapacity(offsets.count)
        for offset in offsets where bytes[offset] != UInt8(ascii: "_") { digits.append(bytes[offset]) }
        return Double(String(decoding: digits, as: UTF8.self)) ?? .nan
    }
}
