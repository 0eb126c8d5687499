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
        let coefficient = decimal.coefficient
        var quotient: Int128 = 0
        var remainder = coefficient
        var unit: Int128 = 0
        if dropped <= 38 {
            unit = 1
            for _ in 0..<dropped { unit *= 10 }
            (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: unit)
        }
        let sign: Int128 = coefficient < 0 ? -1 : 1
        switch self {
        case .towardZero: break
        case .down: if remainder < 0 { quotient -= 1 }
        case .up: if remainder > 0 { quotient += 1 }
        case .nearest, .nearestEven:
            // Without a unit, the number is less than half of what would be kept.
            let half = unit / 2
            let rest = remainder.magnitude
            let isMore = unit != 0 && rest > half.magnitude
            let isHalf = unit != 0 && rest == half.magnitude && unit > 1
            if isMore || isHalf && (self == .nearest || quotient % 2 != 0) { quotient += sign }
        }
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
        guard digits < 17, digits > -17 else { return digits > 0 ? real : 0 }
        let power = pow(10, Double(abs(digits)))
        let scaled = digits >= 0 ? real * power : real / power
        guard scaled.magnitude < 1e15 else { return real }
        let fraction = abs(scaled - scaled.rounded(.towardZero))
        let isClear =
            switch self {
            case .nearest, .nearestEven: abs(fraction - 0.5) > 1e-4
            case .down, .up, .towardZero: fraction > 1e-4 && fraction < 1 - 1e-4
            }
        if isClear || scaled == 0 {
            let rounded = scaled.rounded(rule)
            return digits >= 0 ? rounded / power : rounded * power
        }
        // Near the border only the digits decide.
        guard let decimal = ExactDecimal(real.description) else {
            let rounded = scaled.rounded(rule)
            return digits >= 0 ? rounded / power : rounded * power
        }
        return Double(try self.decimal(decimal, digits: digits).description) ?? real
    }
}
