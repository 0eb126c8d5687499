internal import Records

extension RawPen {
    /// The most bytes of a whole number.
    static let mostOfInteger = 20
    /// The most bytes of a floating-point number: `-2.2250738585072014e-308`.
    static let mostOfReal = 32

    /// The two digits of each number from 0 to 99.
    private static let pairs: StaticString = """
        0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
        5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
        """

    /// Writes a number from 0 to 99 as two digits at an offset, without moving.
    @inline(__always)
    func putPair(_ number: UInt64, at offset: Int) {
        let pair = UnsafeRawPointer(Self.pairs.utf8Start).loadUnaligned(
            fromByteOffset: Int(truncatingIfNeeded: number &* 2),
            as: UInt16.self
        )
        UnsafeMutableRawPointer(next + offset).storeBytes(of: pair, as: UInt16.self)
    }

    /// Writes a whole number as decimal digits, with a sign only if it is negative.
    @inline(__always)
    mutating func put(integer: Int64) {
        if integer < 0 { put(UInt8(ascii: "-")) }
        put(number: integer.magnitude)
    }

    /// Writes a whole number as decimal digits.
    @inline(__always)
    mutating func put(number: UInt64) {
        let count = Self.digits(of: number)
        var rest = number
        var end = count
        while rest >= 100 {
            let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
            end &-= 2
            putPair(pair, at: end)
            rest = quotient
        }
        if end == 2 { putPair(rest, at: 0) } else { next.pointee = 48 &+ UInt8(truncatingIfNeeded: rest) }
        next += count
    }

    /// The number of decimal digits, at least 1.
    @inline(__always)
    private static func digits(of number: UInt64) -> Int {
        if number < 10 { return 1 }
        if number < 100 { return 2 }
        if number < 1000 { return 3 }
        if number < 10_000 { return 4 }
        var count = 4
        var rest = number / 10_000
        while rest >= 10_000 {
            rest /= 10_000
            count &+= 4
        }
        return count &+ (rest < 10 ? 1 : rest < 100 ? 2 : rest < 1000 ? 3 : 4)
    }

    /// Writes a number in the shortest form that reads back as the same number, as `description` does.
    @inline(__always)
    mutating func put(real: Double) {
        if !putThousandths(real) { putAny(real) }
    }

    /// Writes a number that has at most nine digits before the point and three after it.
    ///
    /// A decimal number of at most 15 digits that reads back as the same number is the only such one, so it is the
    /// shortest without its trailing zeros. The division is exact to the last bit, as reading would be.
    @inline(__always)
    private mutating func putThousandths(_ real: Double) -> Bool {
        let magnitude = real.magnitude
        // Not for zero, which has a sign, and not for not-a-number.
        guard magnitude >= 0.001, magnitude < 1e9 else { return false }
        let thousandths = UInt64(magnitude * 1000 + 0.5)
        guard Double(thousandths) / 1000 == magnitude else { return false }
        if real < 0 { put(UInt8(ascii: "-")) }
        let (whole, fraction) = thousandths.quotientAndRemainder(dividingBy: 1000)
        put(number: whole)
        put(UInt8(ascii: "."))
        let (tenth, hundredths) = fraction.quotientAndRemainder(dividingBy: 100)
        next.pointee = 48 &+ UInt8(truncatingIfNeeded: tenth)
        putPair(hundredths, at: 1)
        next += hundredths == 0 ? 1 : hundredths % 10 == 0 ? 2 : 3
        return true
    }

    @inline(never)
    private mutating func putAny(_ real: Double) {
        var text = real.description
        text.withUTF8 { put($0) }
    }

    /// Writes bytes as base64, four characters for three bytes.
    mutating func put(base64 bytes: UnsafeBufferPointer<UInt8>) {
        var text: [UInt8] = []
        Base64.append(bytes.span, to: &text)
        text.withUnsafeBufferPointer { put($0) }
    }
}

extension RawPen {
    /// Writes the decimal number of a cell.
    @inline(never)
    mutating func put(decimal word: UInt64, of column: ColumnMemory) {
        next += ExactDecimal(word: word, in: column.bytes).store(in: next)
    }
}
