/// An operation on two words, such as the sum of two integers.
///
/// A type and not a closure, so that the compiler makes a loop of its own for each.
protocol WordOperation: SendableMetatype {
    /// The result; the highest bit of `flag` is set if it may be wrong.
    static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64
    /// Why there is no result; nil if there is one.
    static func failure(_ left: UInt64, right: UInt64) -> Failure?
}

/// Whole numbers of 64 bits.
enum IntegerOperations {
    enum Add: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            let sum = left &+ right
            // Both operands have a sign that the sum has not.
            flag |= (left ^ sum) & (right ^ sum)
            return sum
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? {
            Int64(bitPattern: left).addingReportingOverflow(Int64(bitPattern: right)).overflow
                ? .overflow(.integer) : nil
        }
    }

    enum Subtract: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            let difference = left &- right
            flag |= (left ^ right) & (left ^ difference)
            return difference
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? {
            Int64(bitPattern: left).subtractingReportingOverflow(Int64(bitPattern: right)).overflow
                ? .overflow(.integer) : nil
        }
    }

    enum Multiply: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            let (product, isOver) = Int64(bitPattern: left).multipliedReportingOverflow(by: Int64(bitPattern: right))
            flag |= isOver ? 1 &<< 63 : 0
            return UInt64(bitPattern: product)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? {
            Int64(bitPattern: left).multipliedReportingOverflow(by: Int64(bitPattern: right)).overflow
                ? .overflow(.integer) : nil
        }
    }

    /// The remainder of a division that rounds down: it has the sign of the divisor.
    enum Modulo: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            let (number, divisor) = (Int64(bitPattern: left), Int64(bitPattern: right))
            // Of -1 the remainder is 0; the least integer divided by it would trap.
            guard divisor != 0, divisor != -1 else {
                flag |= divisor == 0 ? 1 &<< 63 : 0
                return 0
            }
            let remainder = number % divisor
            return UInt64(bitPattern: remainder != 0 && (remainder ^ divisor) < 0 ? remainder &+ divisor : remainder)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? { right == 0 ? .divisionByZero : nil }
    }

    /// The quotient as a real number.
    enum Divide: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            flag |= right == 0 ? 1 &<< 63 : 0
            return (Double(Int64(bitPattern: left)) / Double(Int64(bitPattern: right))).bitPattern
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? { right == 0 ? .divisionByZero : nil }
    }
}

/// Real numbers: a result that is not finite is a failure.
enum RealOperations {
    /// Sets the flag if a number is infinite or not a number.
    @inline(__always)
    static func check(_ number: Double, flag: inout UInt64) -> UInt64 {
        let bits = number.bitPattern
        // The exponent is all ones: adding one to it carries into the sign.
        flag |= (bits & 0x7FF0_0000_0000_0000) &+ 0x0010_0000_0000_0000
        return bits
    }

    @inline(__always)
    static func isFinite(_ bits: UInt64) -> Bool { Double(bitPattern: bits).isFinite }

    enum Add: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            check(Double(bitPattern: left) + Double(bitPattern: right), flag: &flag)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? { over(Self.self, left: left, right: right) }
    }

    enum Subtract: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            check(Double(bitPattern: left) - Double(bitPattern: right), flag: &flag)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? { over(Self.self, left: left, right: right) }
    }

    enum Multiply: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            check(Double(bitPattern: left) * Double(bitPattern: right), flag: &flag)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? { over(Self.self, left: left, right: right) }
    }

    enum Divide: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            check(Double(bitPattern: left) / Double(bitPattern: right), flag: &flag)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? {
            Double(bitPattern: right) == 0 ? .divisionByZero : over(Self.self, left: left, right: right)
        }
    }

    /// The remainder of a division that rounds down: it has the sign of the divisor.
    enum Modulo: WordOperation {
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            let (number, divisor) = (Double(bitPattern: left), Double(bitPattern: right))
            var remainder = number.truncatingRemainder(dividingBy: divisor)
            if remainder != 0, (remainder < 0) != (divisor < 0) { remainder += divisor }
            return check(remainder, flag: &flag)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? {
            Double(bitPattern: right) == 0 ? .divisionByZero : over(Self.self, left: left, right: right)
        }
    }

    private static func over<Operation: WordOperation>(
        _ operation: Operation.Type,
        left: UInt64,
        right: UInt64
    ) -> Failure? {
        var flag: UInt64 = 0
        return isFinite(operation.apply(left, right: right, flag: &flag)) ? nil : .overflow(.real)
    }
}
