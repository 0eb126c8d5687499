internal import Records

extension Kernels {
    /// An operation on decimal numbers, row by row.
    static func decimals(
        _ left: Term,
        right: Term,
        part: Part,
        operation: @escaping @Sendable (ExactDecimal, ExactDecimal) throws(Failure) -> ExactDecimal
    ) -> Run {
        let (leftRun, rightRun) = (left.run, right.run)
        return { frame, mask in
            let left = leftRun(frame, mask)
            let right = rightRun(frame, mask)
            let slot = frame.slot(part.slot)
            slot.restart()
            slot.words.update(repeating: 0, count: frame.count)
            let bits = frame.both(left.bits, right: right.bits, into: slot)
            frame.forEach(mask) { row in
                guard bits?.isSet(row) ?? true else { return }
                do throws(Failure) {
                    let result = try operation(
                        left.decimal(row),
                        right.decimal(row)
                    )
                    guard let word = slot.append(result) else { throw .overflow(.text) }
                    slot.words[row] = word
                } catch {
                    frame.fail(row, failure: error, in: part.written) { part.values([left, right], row: row) }
                }
            }
            return Vector(words: slot.words, bits: bits, bytes: slot.bytes)
        }
    }
}

/// Arithmetic of decimal numbers: exact, or it fails; only a quotient is rounded.
enum DecimalArithmetic {
    static func sum(_ left: ExactDecimal, right: ExactDecimal) throws(Failure) -> ExactDecimal {
        let (one, other, scale) = try aligned(left, right: right)
        let (sum, isOver) = one.addingReportingOverflow(other)
        return try made(sum, scale: scale, isOver: isOver)
    }

    static func difference(_ left: ExactDecimal, right: ExactDecimal) throws(Failure) -> ExactDecimal {
        let (one, other, scale) = try aligned(left, right: right)
        let (difference, isOver) = one.subtractingReportingOverflow(other)
        return try made(difference, scale: scale, isOver: isOver)
    }

    static func product(_ left: ExactDecimal, right: ExactDecimal) throws(Failure) -> ExactDecimal {
        let (product, isOver) = left.coefficient.multipliedReportingOverflow(by: right.coefficient)
        if !isOver, left.scale + right.scale <= ExactDecimal.mostDigits,
            let made = ExactDecimal(coefficient: product, scale: left.scale + right.scale)
        {
            return made
        }
        // Trailing zeros need not be digits of the product.
        let (one, other) = (left.normalized, right.normalized)
        let (short, isStillOver) = one.coefficient.multipliedReportingOverflow(by: other.coefficient)
        guard one.scale + other.scale <= ExactDecimal.mostDigits else { throw .overflow(.decimal) }
        return try made(short, scale: one.scale + other.scale, isOver: isStillOver)
    }

    /// The quotient with six digits after the point, or as many as an operand has if those are more; the last one is
    /// rounded half away from zero.
    static func quotient(_ left: ExactDecimal, right: ExactDecimal) throws(Failure) -> ExactDecimal {
        guard right.coefficient != 0 else { throw .divisionByZero }
        let scale = max(6, left.scale, right.scale)
        // left / 10^ls / (right / 10^rs) = coefficient / 10^scale
        let shift = scale - left.scale + right.scale
        guard
            let quotient = divided(
                left.coefficient.magnitude,
                timesTenTo: shift,
                by: right.coefficient.magnitude
            )
        else { throw .overflow(.decimal) }
        let isNegative = (left.coefficient < 0) != (right.coefficient < 0)
        guard let magnitude = Int128(exactly: quotient) else { throw .overflow(.decimal) }
        return try made(isNegative ? -magnitude : magnitude, scale: scale, isOver: false)
    }

    /// A number times a power of ten divided by another, rounded half up; nil if it has more than 128 bits.
    ///
    /// Long division: digit by digit, the remainder times ten always fits into 128 bits and a few more.
    private static func divided(_ number: UInt128, timesTenTo shift: Int, by divisor: UInt128) -> UInt128? {
        var (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
        for _ in 0..<max(0, shift) {
            let (high, low) = rest.multipliedFullWidth(by: 10)
            let (digit, next) = divisor.dividingFullWidth((high, low))
            let (tenfold, isOver) = quotient.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = tenfold.addingReportingOverflow(digit)
            guard !isOver, !isOverToo else { return nil }
            (quotient, rest) = (sum, next)
        }
        guard rest >= divisor - rest else { return quotient }
        let (rounded, isOver) = quotient.addingReportingOverflow(1)
        return isOver ? nil : rounded
    }

    /// The remainder of a division that rounds down: it has the sign of the divisor.
    static func modulo(_ left: ExactDecimal, right: ExactDecimal) throws(Failure) -> ExactDecimal {
        guard right.coefficient != 0 else { throw .divisionByZero }
        let (one, other, scale) = try aligned(left, right: right)
        var remainder = other == -1 ? 0 : one % other
        if remainder != 0, (remainder < 0) != (other < 0) { remainder += other }
        return try made(remainder, scale: scale, isOver: false)
    }

    static func negated(_ number: ExactDecimal) -> ExactDecimal {
        ExactDecimal(coefficient: -number.coefficient, scale: number.scale) ?? number
    }

    /// Both coefficients with the larger scale.
    private static func aligned(
        _ left: ExactDecimal,
        right: ExactDecimal
    ) throws(Failure) -> (Int128, Int128, scale: Int) {
        let scale = max(left.scale, right.scale)
        if let one = left.with(scale: scale), let other = right.with(scale: scale) {
            return (one.coefficient, other.coefficient, scale)
        }
        // Trailing zeros need not be digits of the result.
        let (one, other) = (left.normalized, right.normalized)
        let least = max(one.scale, other.scale)
        guard let one = one.with(scale: least), let other = other.with(scale: least) else { throw .overflow(.decimal) }
        return (one.coefficient, other.coefficient, least)
    }

    private static func made(_ coefficient: Int128, scale: Int, isOver: Bool) throws(Failure) -> ExactDecimal {
        guard !isOver, let made = ExactDecimal(coefficient: coefficient, scale: scale) else {
            throw .overflow(.decimal)
        }
        return made
    }
}
