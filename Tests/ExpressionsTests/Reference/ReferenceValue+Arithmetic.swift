extension ReferenceValue {
    /// The result of an arithmetic operation; null if a side is.
    func combined(_ sign: String, with other: ReferenceValue) throws(ReferenceFailure) -> ReferenceValue {
        switch (self, sign, other) {
        case (.null, _, _), (_, _, .null): return .null
        case (.integer(let one), "/", .integer(let other)):
            if other == 0 { throw .zero }
            return .real(Double(one) / Double(other))
        case (.integer(let one), _, .integer(let other)): return .integer(try Self.whole(one, sign, other))
        case (.real(let one), _, .real(let other)): return .real(try Self.real(one, sign, other))
        case (.decimal(let one, let scale), _, .decimal(let other, let otherScale)):
            return try Self.decimal(one, scale, sign, other, otherScale)
        case (.text(let one), _, .text(let other)): return .text(one + other)
        case (.duration(let one), "/", .duration(let other)):
            if other == 0 { throw .zero }
            return .real(Double(one) / Double(other))
        case (.duration(let one), "/", .integer(let other)):
            if other == 0 { throw .zero }
            guard let share = Int64(exactly: Int128(one) / Int128(other)) else { throw .overflow }
            return .duration(share)
        case (.duration(let one), _, .duration(let other)), (.duration(let one), _, .integer(let other)),
            (.integer(let one), _, .duration(let other)):
            return .duration(try Self.whole(one, sign, other))
        case (.instant(let one), "-", .instant(let other)): return .duration(try Self.whole(one, "-", other))
        case (.instant(let one), _, .duration(let other)): return try Self.moment(one, sign, other)
        case (.duration(let one), _, .instant(let other)): return try Self.moment(other, "+", one)
        case (.date(let one), "-", .date(let other)): return .duration((one - other) * 86_400_000_000)
        case (.date(let date), _, .duration(let length)): return try Self.day(date, sign, length)
        case (.duration(let length), _, .date(let date)): return try Self.day(date, "+", length)
        default: return .null
        }
    }

    /// Computed with 128 bits, of which the result may have 64.
    private static func whole(_ one: Int64, _ sign: String, _ other: Int64) throws(ReferenceFailure) -> Int64 {
        let (left, right) = (Int128(one), Int128(other))
        let result: Int128
        switch sign {
        case "+": result = left + right
        case "-": result = left - right
        case "*": result = left * right
        default:
            if right == 0 { throw .zero }
            result = floorRemainder(left, right)
        }
        guard let short = Int64(exactly: result) else { throw .overflow }
        return short
    }

    private static func floorRemainder(_ left: Int128, _ right: Int128) -> Int128 {
        // left = right * quotient + remainder, with the sign of the divisor
        var remainder = left % right
        if remainder != 0, remainder.signum() != right.signum() { remainder += right }
        return remainder
    }

    private static func real(_ one: Double, _ sign: String, _ other: Double) throws(ReferenceFailure) -> Double {
        let result: Double
        switch sign {
        case "+": result = one + other
        case "-": result = one - other
        case "*": result = one * other
        case "/":
            if other == 0 { throw .zero }
            result = one / other
        default:
            if other == 0 { throw .zero }
            let remainder = one.truncatingRemainder(dividingBy: other)
            result = remainder != 0 && (remainder < 0) != (other < 0) ? remainder + other : remainder
        }
        guard result.isFinite else { throw .overflow }
        return result
    }

    /// Exact with whole numbers; the generator keeps them so short that 128 bits are enough.
    private static func decimal(
        _ one: Int128,
        _ scale: Int,
        _ sign: String,
        _ other: Int128,
        _ otherScale: Int
    ) throws(ReferenceFailure) -> ReferenceValue {
        let shared = max(scale, otherScale)
        let (left, right) = (one * tenTo(shared - scale), other * tenTo(shared - otherScale))
        switch sign {
        case "+": return .decimal(left + right, scale: shared)
        case "-": return .decimal(left - right, scale: shared)
        case "*": return .decimal(one * other, scale: scale + otherScale)
        case "/":
            if other == 0 { throw .zero }
            let digits = max(6, shared)
            // Half away from zero: twice the number plus one unit, halved.
            let (dividend, divisor) = (left * tenTo(digits), right)
            let (quotient, rest) = dividend.magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)
            let rounded = Int128(rest * 2 >= divisor.magnitude ? quotient + 1 : quotient)
            return .decimal(dividend.signum() * divisor.signum() < 0 ? -rounded : rounded, scale: digits)
        default:
            if other == 0 { throw .zero }
            return .decimal(floorRemainder(left, right), scale: shared)
        }
    }

    private static func moment(
        _ instant: Int64,
        _ sign: String,
        _ length: Int64
    ) throws(ReferenceFailure) -> ReferenceValue {
        let moment = Int128(instant) + (sign == "-" ? -1 : 1) * Int128(length)
        // From the beginning of 0001-01-01 to before that of 10000-01-01.
        guard moment >= -719_162 * 86_400_000_000, moment < 2_932_897 * 86_400_000_000 else { throw .overflow }
        return .instant(Int64(moment))
    }

    private static func day(_ date: Int64, _ sign: String, _ length: Int64) throws(ReferenceFailure) -> ReferenceValue {
        if sign == "-", length == .min { throw .overflow }
        guard length % 86_400_000_000 == 0 else { throw .cast }
        let day = date + (sign == "-" ? -1 : 1) * (length / 86_400_000_000)
        // 0001-01-01 and 9999-12-31
        guard -719_162...2_932_896 ~= day else { throw .overflow }
        return .date(day)
    }
}
