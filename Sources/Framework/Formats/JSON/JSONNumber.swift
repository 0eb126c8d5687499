internal import Records

/// A number as it was written: `negative mantissa × 10 ^ exponent`.
struct JSONNumber {
    var isNegative = false
    /// The digits, without the point.
    var mantissa: UInt64 = 0
    var exponent = 0
    /// Whether `mantissa` holds all digits (at most 19).
    var isExact = true
    /// The bytes from which it was read.
    var text: UnsafeBufferPointer<UInt8>

    /// The number, if it is whole and fits into 64 bits: `8`, `8.0`, `8e0`.
    var integer: Int64? {
        guard isExact else { return ExactDecimal(utf8: text)?.integer }
        var magnitude = mantissa
        var exponent = exponent
        while exponent < 0, magnitude != 0 {
            guard magnitude % 10 == 0 else { return nil }
            magnitude /= 10
            exponent += 1
        }
        while exponent > 0, magnitude != 0 {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            magnitude = product
            exponent -= 1
        }
        if isNegative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }

    /// The instant that the number states since 1970, in microseconds; nil for one outside the years 1 to 9999, and for
    /// a fraction of a microsecond.
    ///
    /// From 10⁸ to 10¹¹ (exclusive: the years 1973 to 5138) it is in seconds, otherwise in milliseconds.
    var instant: Int64? {
        guard let number = ExactDecimal(utf8: text)?.normalized else { return nil }
        // The digits after the point that are whole microseconds.
        let seconds = ExactDecimal(100_000_000)..<ExactDecimal(100_000_000_000)
        let digits = seconds.contains(number) ? 6 : 3
        guard number.scale <= digits, var microseconds = Int64(exactly: number.coefficient) else { return nil }
        for _ in number.scale..<digits {
            let (product, overflow) = microseconds.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            microseconds = product
        }
        return -62_135_596_800_000_000...253_402_300_799_999_999 ~= microseconds ? microseconds : nil
    }

    /// The nearest binary number; nil if it is too large, and for whole digits that would change: an ID beyond 2⁵³,
    /// such as 9007199254740993, would become another ID.
    var unalteredReal: Double? {
        guard let real else { return nil }
        guard !isExact || mantissa > 1 << 53, !text.contains(where: { $0 == 0x2E || $0 | 0x20 == 0x65 }) else {
            return real
        }
        // The text is the exact number, or its shortest form, which some programs pad with zeros.
        guard let written = ExactDecimal(utf8: text) else { return nil }
        let isSame = Int128(exactly: real) == written.coefficient || ExactDecimal(real.description) == written
        return isSame ? real : nil
    }

    /// The nearest binary number, or nil if it is too large for one.
    var real: Double? {
        // Both factors are exact, so the result is rounded once.
        if isExact, mantissa <= 1 << 53, -22...22 ~= exponent {
            let magnitude =
                exponent < 0
                ? Double(mantissa) / JSONNumber.powers[-exponent] : Double(mantissa) * JSONNumber.powers[exponent]
            return isNegative ? -magnitude : magnitude
        }
        guard let real = Double(String(decoding: text, as: UTF8.self)), real.isFinite else { return nil }
        return real
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}

extension JSONScanner {
    /// Skips a number and checks its form (RFC 8259 §6).
    @inline(__always)
    func skipNumber(_ p: Bytes) throws(JSONStop) -> Bytes {
        var q = p
        while q.pointee &- 48 < 10 { q += 1 }
        // Most are plain digits.
        if q > p, p.pointee != UInt8(ascii: "0"), q.pointee | 0x20 != UInt8(ascii: "e"), q.pointee != UInt8(ascii: ".")
        {
            return q
        }
        return try number(p).next
    }

    /// A whole number of up to 18 digits, or nil for anything else, which `number` then reads.
    @inline(__always)
    func plainInteger(_ p: Bytes) -> (next: Bytes, value: Int64)? {
        var q = p
        var value: Int64 = 0
        while true {
            let digit = q.pointee &- 48
            guard digit < 10 else { break }
            value = value &* 10 &+ Int64(digit)
            q += 1
        }
        guard 1...18 ~= q - p, p.pointee != UInt8(ascii: "0"), q.pointee | 0x20 != UInt8(ascii: "e"),
            q.pointee != UInt8(ascii: ".")
        else { return nil }
        return (q, value)
    }

    /// A number of any form.
    @inline(never)
    func number(_ p: Bytes) throws(JSONStop) -> (next: Bytes, value: JSONNumber) {
        var q = p
        var isNegative = false
        var mantissa: UInt64 = 0
        var exponent = 0
        var isExact = true

        func digits(into fraction: Bool) throws(JSONStop) {
            guard q.pointee &- 48 < 10 else { throw stop(.digit, at: q) }
            while q.pointee &- 48 < 10 {
                let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(q.pointee &- 48))
                if overflow || carry { isExact = false }
                if isExact {
                    mantissa = sum
                    if fraction { exponent -= 1 }
                }
                q += 1
            }
        }

        if q.pointee == UInt8(ascii: "-") {
            isNegative = true
            q += 1
        }
        let first = q
        try digits(into: false)
        // No leading zero.
        if first.pointee == UInt8(ascii: "0"), q - first > 1 { throw stop(.endOfNumber, at: first + 1) }
        if q.pointee == UInt8(ascii: ".") {
            q += 1
            try digits(into: true)
        }
        if q.pointee | 0x20 == UInt8(ascii: "e") {
            q += 1
            let isBelowOne = q.pointee == UInt8(ascii: "-")
            if isBelowOne || q.pointee == UInt8(ascii: "+") { q += 1 }
            guard q.pointee &- 48 < 10 else { throw stop(.digit, at: q) }
            var written = 0
            while q.pointee &- 48 < 10 {
                written = min(written * 10 + Int(q.pointee &- 48), 100_000)
                q += 1
            }
            exponent += isBelowOne ? -written : written
        }
        let value = JSONNumber(
            isNegative: isNegative,
            mantissa: mantissa,
            exponent: exponent,
            isExact: isExact,
            text: UnsafeBufferPointer(start: p, count: q - p)
        )
        return (q, value)
    }
}
