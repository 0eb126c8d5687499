internal import PluginKit

/// An exact sum of decimal numbers of any scale and size: a whole number of 320 bits divided by 10³⁸.
///
/// The largest number times 10³⁸ has 253 bits, so that there is room for 2⁶⁴ of them.
struct DecimalSum {
    /// The bits of the number in two's complement, the lowest first.
    private var words = [UInt64](repeating: 0, count: count)

    private static let count = 5

    /// Adds a coefficient divided by 10 to the power of `scale`, which is at most 38.
    mutating func add(_ coefficient: Int128, scale: Int) {
        let power = Self.powerOfTen(ExactDecimal.mostDigits - scale)
        let product = coefficient.magnitude.multipliedFullWidth(by: power)
        let parts = [
            UInt64(truncatingIfNeeded: product.low), UInt64(truncatingIfNeeded: product.low >> 64),
            UInt64(truncatingIfNeeded: product.high), UInt64(truncatingIfNeeded: product.high >> 64), 0,
        ]
        add(coefficient < 0 ? Self.negated(parts) : parts)
    }

    /// Adds another sum.
    mutating func add(_ other: DecimalSum) { add(other.words) }

    private mutating func add(_ parts: [UInt64]) {
        var carry: UInt64 = 0
        for index in 0..<Self.count {
            let (part, isOver) = words[index].addingReportingOverflow(parts[index])
            let (sum, isOverAgain) = part.addingReportingOverflow(carry)
            words[index] = sum
            carry = isOver || isOverAgain ? 1 : 0
        }
    }

    private static func negated(_ parts: [UInt64]) -> [UInt64] {
        var carry = true
        return parts.map { part in
            let (sum, isOver) = (~part).addingReportingOverflow(carry ? 1 : 0)
            carry = isOver
            return sum
        }
    }

    private static func powerOfTen(_ exponent: Int) -> UInt128 {
        (0..<exponent).reduce(UInt128(1)) { power, _ in power * 10 }
    }

    /// The sum as a decimal number.
    ///
    /// - Parameter scale: The largest of the scales that were added.
    /// - Returns: The sum with that many digits after the point; with fewer if it would have more than 38 digits and ends
    ///   with zeros; nil if more are needed.
    func decimal(scale: Int) -> ExactDecimal? {
        let isNegative = words[Self.count - 1] >> 63 == 1
        var digits = isNegative ? Self.negated(words) : words
        var own = ExactDecimal.mostDigits
        while own > 0 {
            let isSmall = digits[2...].allSatisfy { $0 == 0 } && digits[1] >> 63 == 0
            if own <= scale, isSmall, let decimal = Self.decimal(digits, isNegative, scale: own) { return decimal }
            guard let tenth = Self.tenth(of: digits) else { return nil }
            digits = tenth
            own -= 1
        }
        return Self.decimal(digits, isNegative, scale: 0)
    }

    private static func decimal(_ digits: [UInt64], _ isNegative: Bool, scale: Int) -> ExactDecimal? {
        guard digits[2...].allSatisfy({ $0 == 0 }), digits[1] >> 63 == 0 else { return nil }
        let number = Int128(digits[1]) << 64 | Int128(digits[0])
        return ExactDecimal(coefficient: isNegative ? -number : number, scale: scale)
    }

    /// A tenth of a number; nil if there is a remainder.
    private static func tenth(of digits: [UInt64]) -> [UInt64]? {
        var (result, rest) = (digits, UInt64(0))
        for index in digits.indices.reversed() {
            (result[index], rest) = UInt64(10).dividingFullWidth((rest, digits[index]))
        }
        return rest == 0 ? result : nil
    }

    /// The floating-point number nearest to a decimal number.
    static func real(_ decimal: ExactDecimal) -> Double {
        // Both numbers are exact, so that only the division rounds.
        if decimal.coefficient.magnitude <= 1 << 53, decimal.scale <= 22 {
            return Double(decimal.coefficient) / (0..<decimal.scale).reduce(1.0) { power, _ in power * 10 }
        }
        var sum = DecimalSum()
        sum.add(decimal.coefficient, scale: decimal.scale)
        return sum.mean(of: 1)
    }

    /// The sum divided by a number of values, as the nearest floating-point number; half way between two, the even one.
    func mean(of count: Int64) -> Double {
        let isNegative = words[Self.count - 1] >> 63 == 1
        let digits = isNegative ? Self.negated(words) : words
        guard let top = digits.lastIndex(where: { $0 != 0 }), count > 0 else { return 0 }
        // Bit by bit, the highest first: digits / (count x 5³⁸) x 2⁻³⁸, until there are enough bits for any rounding.
        let fives = (0..<ExactDecimal.mostDigits).reduce(UInt128(1)) { power, _ in power * 5 }
        let divisor = fives.multipliedFullWidth(by: UInt128(count))
        var (high, low) = (UInt128(0), UInt128(0))
        var (quotient, place) = (UInt128(0), (top + 1) * 64)
        while quotient.leadingZeroBitCount > 40 {
            place -= 1
            let bit = place >= 0 ? digits[place / 64] >> UInt64(place % 64) & 1 : 0
            (high, low) = (high << 1 | low >> 127, low << 1 | UInt128(bit))
            quotient <<= 1
            guard high > divisor.high || high == divisor.high && low >= divisor.low else { continue }
            let (difference, isBorrowed) = low.subtractingReportingOverflow(divisor.low)
            (high, low) = (high - divisor.high - (isBorrowed ? 1 : 0), difference)
            quotient |= 1
        }
        var isMore = high != 0 || low != 0
        // The bits of the number that were not reached.
        for lower in 0..<max(place, 0) where digits[lower / 64] >> UInt64(lower % 64) & 1 == 1 { isMore = true }
        let exponent = place - ExactDecimal.mostDigits
        return ExactSum.rounded(quotient, at: exponent, isNegative: isNegative, isMore: isMore)
    }
}

extension DecimalSum: StoredState {
    func write(to writer: inout StateWriter) {
        for word in words { writer.write(bits: word) }
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        for index in 0..<Self.count { words[index] = try reader.readBits() }
    }
}
