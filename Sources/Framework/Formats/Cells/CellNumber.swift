package import Records

/// Numbers in cells.
///
/// Nothing outside of the text is read: eight digits are read together only where there are eight.
package enum CellNumber {
    /// A whole number of 64 bits: digits with an optional sign, and a fraction only of zeros.
    @inline(__always)
    package static func integer(_ text: UnsafeBufferPointer<UInt8>, point: UInt8) -> Int64? {
        guard var p = text.baseAddress, !text.isEmpty else { return nil }
        let end = p + text.count
        let isNegative = p.pointee == UInt8(ascii: "-")
        if isNegative { p += 1 }
        // 18 digits cannot overflow.
        guard 1...18 ~= end - p else { return anyInteger(text, point: point) }
        var value: UInt64 = 0
        while end - p >= 8, let eight = eightDigits(p) {
            value = value &* 100_000_000 &+ eight
            p += 8
        }
        while p < end {
            let digit = p.pointee &- 48
            guard digit < 10 else { return anyInteger(text, point: point) }
            value = value &* 10 &+ UInt64(digit)
            p += 1
        }
        let signed = Int64(bitPattern: value)
        return isNegative ? -signed : signed
    }

    /// The nearest binary number to a finite number in decimal digits.
    @inline(__always)
    package static func real(_ text: UnsafeBufferPointer<UInt8>, point: UInt8) -> Double? {
        guard var p = text.baseAddress, !text.isEmpty else { return nil }
        let end = p + text.count
        let isNegative = p.pointee == UInt8(ascii: "-")
        if isNegative { p += 1 }
        // Up to 18 digits and a point.
        guard 1...19 ~= end - p else { return anyReal(text, point: point) }
        var mantissa: UInt64 = 0
        var fraction = 0
        var digits = 0
        var hasPoint = false
        while p < end {
            let digit = p.pointee &- 48
            if digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                digits &+= 1
                if hasPoint { fraction &+= 1 }
            } else {
                guard p.pointee == point, !hasPoint else { return anyReal(text, point: point) }
                hasPoint = true
            }
            p += 1
        }
        // Both numbers are exact, so the quotient is rounded once.
        guard digits > 0, mantissa <= 1 << 53 else { return anyReal(text, point: point) }
        let magnitude = Double(mantissa) / powers[fraction]
        return isNegative ? -magnitude : magnitude
    }

    /// An exact decimal number.
    package static func decimal(_ text: UnsafeBufferPointer<UInt8>, point: UInt8) -> ExactDecimal? {
        withPoint(text, point: point) { ExactDecimal(utf8: $0) }
    }

    /// The value of eight digits; nil if one of the eight bytes is not one.
    @inline(__always)
    static func eightDigits(_ p: UnsafePointer<UInt8>) -> UInt64? {
        let word = UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
        // The upper half of each byte is 3, and stays 3 with 6 added.
        guard (word & (word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) == 0x3030_3030_3030_3030,
            word & 0xF0F0_F0F0_F0F0_F0F0 == 0x3030_3030_3030_3030
        else { return nil }
        let digits = word & 0x0F0F_0F0F_0F0F_0F0F
        // Neighbours become pairs, pairs become fours, and those the number.
        let pairs = (digits &* 10 &+ digits >> 8) & 0x00FF_00FF_00FF_00FF
        let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_FFFF_0000_FFFF
        return (fours &* 10_000 &+ fours >> 32) & 0xFFFF_FFFF
    }

    // MARK: Every form

    @inline(never)
    private static func anyInteger(_ text: UnsafeBufferPointer<UInt8>, point: UInt8) -> Int64? {
        // No exponent: what a spreadsheet shows as 1.23457E+12 was another number before.
        guard !text.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else { return nil }
        return withPoint(text, point: point) { ExactDecimal(utf8: $0)?.integer }
    }

    @inline(never)
    private static func anyReal(_ text: UnsafeBufferPointer<UInt8>, point: UInt8) -> Double? {
        guard isReal(text, point: point) else { return nil }
        return withPoint(text, point: point) { text in
            guard let real = Double(String(decoding: text, as: UTF8.self)), real.isFinite else { return nil }
            return real
        }
    }

    /// Whether a text has the form of a number: an optional sign, digits with at most one point, an optional exponent.
    private static func isReal(_ text: UnsafeBufferPointer<UInt8>, point: UInt8) -> Bool {
        var index = 0
        func digits() -> Int {
            let start = index
            while index < text.count, text[index] &- 48 < 10 { index += 1 }
            return index - start
        }
        func sign() {
            if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") { index += 1 }
        }
        sign()
        var count = digits()
        if index < text.count, text[index] == point {
            index += 1
            count += digits()
        }
        guard count > 0 else { return false }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            sign()
            guard digits() > 0 else { return false }
        }
        return index == text.count
    }

    /// Calls `body` with a text whose point is `.`; nil if `point` is another sign and the text has a `.` already.
    private static func withPoint<Answer>(
        _ text: UnsafeBufferPointer<UInt8>,
        point: UInt8,
        body: (UnsafeBufferPointer<UInt8>) -> Answer?
    ) -> Answer? {
        guard point != UInt8(ascii: ".") else { return body(text) }
        guard !text.contains(UInt8(ascii: ".")) else { return nil }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { copy in
            for (index, byte) in text.enumerated() {
                copy.initializeElement(at: index, to: byte == point ? UInt8(ascii: ".") : byte)
            }
            return body(UnsafeBufferPointer(copy))
        }
    }

    /// 10 to the power of 0 to 19, all of them exact.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
    ]
}
