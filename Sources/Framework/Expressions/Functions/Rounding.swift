internal import Glibc
internal import Records

/// How a number is rounded.
enum Rounding: Sendable {
    /// To the nearest number; away from zero halfway between two.
    case nearest
    /// To the nearest number; to the even one halfway between two.
    case nearestEven
    case down
    case up
    case towardZero

    private var rule: FloatingPointRoundingRule {
        switch self {
        case .nearest: .toNearestOrAwayFromZero
        case .nearestEven: .toNearestOrEven
        case .down: .down
        case .up: .up
        case .towardZero: .towardZero
        }
    }

    /// A real number as a whole one.
    func integer(_ real: Double) throws(Failure) -> Int64 {
        guard let integer = Int64(exactly: real.rounded(rule)) else { throw .overflow(.integer) }
        return integer
    }

    /// A decimal number as a whole one.
    func integer(_ decimal: ExactDecimal) throws(Failure) -> Int64 {
        guard let integer = try self.decimal(decimal, digits: 0).integer else { throw .overflow(.integer) }
        return integer
    }

    /// A whole number with zeros for its last digits; digits that are not negative change nothing.
    func integer(_ integer: Int64, digits: Int64) throws(Failure) -> Int64 {
        guard digits < 0 else { return integer }
        guard let rounded = try decimal(ExactDecimal(integer), digits: digits).integer else {
            throw .overflow(.integer)
        }
        return rounded
    }

    /// A decimal number with this number of digits after the point, or zeros before it if negative.
    func decimal(_ decimal: ExactDecimal, digits: Int64) throws(Failure) -> ExactDecimal {
        guard digits < decimal.scale else { return decimal }
        let dropped = Int64(decimal.scale) - max(digits, -40)
        let unit: Int128 = dropped > 38 ? 0 : (0..<dropped).reduce(1) { (unit, _) in unit * 10 }
        var quotient = quotient(decimal.coefficient, unit: unit)
        let scale = max(0, digits)
        for _ in 0..<max(0, -max(digits, -40)) {
            guard quotient != 0 else { break }
            let (product, overflow) = quotient.multipliedReportingOverflow(by: 10)
            guard !overflow else { throw .overflow(.decimal) }
            quotient = product
        }
        guard let rounded = ExactDecimal(coefficient: quotient, scale: Int(scale)) else { throw .overflow(.decimal) }
        return rounded
    }

    /// A real number with this number of digits after the point, or zeros before it if negative.
    ///
    /// What is rounded are the digits that are shown: 2.675 becomes 2.68, although the binary number is a little less.
    func real(_ real: Double, digits: Int64) throws(Failure) -> Double {
        guard -16...16 ~= digits else { return try shown(real, digits: digits) }
        let power = pow(10, Double(abs(digits)))
        let scaled = digits >= 0 ? real * power : real / power
        // Above this, the binary number may be further from the shown one than from the border.
        guard scaled.magnitude < 1e11 else { return try shown(real, digits: digits) }
        let fraction = abs(scaled - scaled.rounded(.towardZero))
        let isClear =
            switch self {
            case .nearest, .nearestEven: abs(fraction - 0.5) > 1e-4
            case .down, .up, .towardZero: fraction > 1e-4 && fraction < 1 - 1e-4
            }
        guard isClear || real == 0 else { return try shown(real, digits: digits) }
        // Both are exact, so the result is rounded once.
        let rounded = scaled.rounded(rule)
        return digits >= 0 ? rounded / power : rounded * power
    }

    /// The same from the digits that are shown, of which there are at most 17.
    private func shown(_ real: Double, digits: Int64) throws(Failure) -> Double {
        guard real.isFinite else { throw .overflow(.real) }
        let number = ShownDigits(of: real)
        // Beyond these, no digit of any number is kept, or all are.
        let dropped = min(max(-digits, -400), 400) - number.exponent
        guard dropped > 0 else { return real }
        let unit: Int128 = dropped > 20 ? 0 : (0..<dropped).reduce(1) { (unit, _) in unit * 10 }
        let quotient = quotient(Int128(number.digits), unit: unit)
        guard quotient != 0 else { return real.sign == .minus ? -0.0 : 0.0 }
        guard let rounded = Double("\(quotient)e\(number.exponent + dropped)"), rounded.isFinite else {
            throw .overflow(.real)
        }
        return rounded
    }

    /// A number divided by a unit and rounded; the unit is 0 if it is more than twice the number.
    private func quotient(_ number: Int128, unit: Int128) -> Int128 {
        let (quotient, remainder) =
            unit == 0 ? (0, number) : number.quotientAndRemainder(dividingBy: unit)
        switch self {
        case .towardZero: return quotient
        case .down: return remainder < 0 ? quotient - 1 : quotient
        case .up: return remainder > 0 ? quotient + 1 : quotient
        case .nearest, .nearestEven:
            let half = (unit / 2).magnitude
            let rest = remainder.magnitude
            let isMore = unit != 0 && rest > half
            let isHalf = unit > 1 && rest == half
            guard isMore || isHalf && (self == .nearest || quotient % 2 != 0) else { return quotient }
            return quotient + (number < 0 ? -1 : 1)
        }
    }
}

/// The shortest decimal digits that are a real number again, and the power of ten of the last one.
private struct ShownDigits {
    private(set) var digits: Int64 = 0
    private(set) var exponent: Int64 = 0

    /// - Precondition: The number is finite.
    init(of real: Double) {
        var hasPoint = false
        var power: Int64?
        var isPowerNegative = false
        for byte in real.magnitude.description.utf8 {
            let digit = Int64(byte) - 48
            switch byte {
            case UInt8(ascii: "."): hasPoint = true
            case UInt8(ascii: "e"): power = 0
            case UInt8(ascii: "-"): isPowerNegative = true
            case UInt8(ascii: "+"): break
            default:
                if let before = power {
                    power = before * 10 + digit
                } else {
                    digits = digits * 10 + digit
                    if hasPoint { exponent -= 1 }
                }
            }
        }
        exponent += isPowerNegative ? -(power ?? 0) : power ?? 0
        if real < 0 { digits = -digits }
    }
}
