internal import Glibc
internal import Records

extension FunctionTable {
    /// Numbers.
    static let numberFunctions: [Function] = [
        Function(
            "abs",
            group: .numbers,
            summary: "The number without its sign.",
            example: "abs(-3)",
            result: "3",
            [
                Overload(
                    [.integer],
                    gives: .integer,
                    kernel: .integer { (arguments) throws(Failure) in
                        let number = arguments.integer(0)
                        guard number != .min else { throw .overflow(.integer) }
                        return abs(number)
                    }
                ),
                Overload([.real], gives: .real, kernel: .real { abs($0.real(0)) }),
                Overload(
                    [.decimal],
                    gives: .decimal,
                    kernel: .decimal { arguments in
                        let number = arguments.decimal(0)
                        return ExactDecimal(coefficient: abs(number.coefficient), scale: number.scale)
                    }
                ),
            ]
        ),
        Function(
            "sign",
            group: .numbers,
            summary: "-1 for a negative number, 0 for zero, 1 for a positive one.",
            example: "sign(-0.5)",
            result: "-1",
            [
                Overload([.integer], gives: .integer, kernel: .integer { $0.integer(0).signum() }),
                Overload(
                    [.real],
                    gives: .integer,
                    kernel: .integer { $0.real(0) > 0 ? 1 : $0.real(0) < 0 ? -1 : 0 }
                ),
                Overload(
                    [.decimal],
                    gives: .integer,
                    kernel: .integer { Int64($0.decimal(0).coefficient.signum()) }
                ),
            ]
        ),
        rounding("round", to: .nearest, words: "halfway away from zero", example: "round(2.675, 2)", result: "2.68"),
        rounding(
            "round_even",
            to: .nearestEven,
            words: "halfway to the even one",
            example: "round_even(2.5)",
            result: "2"
        ),
        rounding("floor", to: .down, words: "down", example: "floor(-1.5)", result: "-2"),
        rounding("ceiling", to: .up, words: "up", example: "ceiling(1.2)", result: "2"),
        rounding("truncate", to: .towardZero, words: "toward zero", example: "truncate(-1.5)", result: "-1"),
        Function(
            "div",
            group: .numbers,
            summary: "How often the second number goes into the first, rounded down; by zero is a failure.",
            example: "div(-7, 2)",
            result: "-4",
            [
                Overload(
                    [.integer, .integer],
                    gives: .integer,
                    kernel: .integer { (arguments) throws(Failure) in
                        try floorDivision(arguments.integer(0), by: arguments.integer(1)).quotient
                    }
                )
            ]
        ),
        Function(
            "mod",
            group: .numbers,
            summary: "What is left by `div`, with the sign of the second number; the operator `%` is the same.",
            example: "mod(-7, 3)",
            result: "2",
            [
                Overload(
                    [.integer, .integer],
                    gives: .integer,
                    kernel: .integer { (arguments) throws(Failure) in
                        guard arguments.integer(1) != -1 else { return 0 }
                        return try floorDivision(arguments.integer(0), by: arguments.integer(1)).remainder
                    }
                ),
                Overload(
                    [.real, .real],
                    gives: .real,
                    kernel: .real { (arguments) throws(Failure) in
                        let divisor = arguments.real(1)
                        guard divisor != 0 else { throw .divisionByZero }
                        let remainder = arguments.real(0).truncatingRemainder(dividingBy: divisor)
                        return remainder != 0 && (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder
                    }
                ),
            ]
        ),
        Function(
            "power",
            group: .numbers,
            summary: "The first number to the power of the second; of integers an integer.",
            example: "power(2, 10)",
            result: "1024",
            [
                Overload(
                    [.integer, .integer],
                    gives: .integer,
                    kernel: .integer { (arguments) throws(Failure) in
                        try power(arguments.integer(0), exponent: arguments.integer(1))
                    }
                ),
                Overload(
                    [.real, .real],
                    gives: .real,
                    kernel: .real { (arguments) throws(Failure) in
                        let result = pow(arguments.real(0), arguments.real(1))
                        guard !result.isNaN else { throw .range("a negative number has no such power") }
                        return result
                    }
                ),
            ]
        ),
        Function(
            "square_root",
            group: .numbers,
            summary: "The square root; of a negative number it is a failure.",
            example: "square_root(2.25)",
            result: "1.5",
            [
                Overload(
                    [.real],
                    gives: .real,
                    kernel: .real { (arguments) throws(Failure) in
                        guard arguments.real(0) >= 0 else { throw .range("a negative number has no square root") }
                        return arguments.real(0).squareRoot()
                    }
                )
            ]
        ),
        Function(
            "logarithm",
            group: .numbers,
            summary: "The natural logarithm, or the one to a base.",
            example: "logarithm(1000, 10)",
            result: "3.0",
            [
                Overload(
                    [.real],
                    gives: .real,
                    kernel: .real { (arguments) throws(Failure) in log(try positive(arguments.real(0))) }
                ),
                Overload(
                    [.real, Parameter(.real, phrase: "a base")],
                    gives: .real,
                    kernel: .real { (arguments) throws(Failure) in
                        let number = try positive(arguments.real(0))
                        let base = try positive(arguments.real(1))
                        guard base != 1 else { throw .range("there is no logarithm to the base 1") }
                        // These are exact for powers of the base.
                        if base == 10 { return log10(number) }
                        return base == 2 ? log2(number) : log(number) / log(base)
                    }
                ),
            ]
        ),
    ]

    private static func rounding(
        _ name: String,
        to rounding: Rounding,
        words: String,
        example: String,
        result: String
    ) -> Function {
        let digits = Parameter(.integer, phrase: "how many digits after the point")
        return Function(
            name,
            group: .numbers,
            summary:
                "The number rounded \(words): to an integer, or to digits after the point (before it, if negative).",
            example: example,
            result: result,
            [
                Overload([.integer], gives: .integer, kernel: .integer { $0.integer(0) }),
                Overload(
                    [.real],
                    gives: .integer,
                    kernel: .integer { (arguments) throws(Failure) in try rounding.integer(arguments.real(0)) }
                ),
                Overload(
                    [.decimal],
                    gives: .integer,
                    kernel: .integer { (arguments) throws(Failure) in try rounding.integer(arguments.decimal(0)) }
                ),
                Overload(
                    [.integer, digits],
                    gives: .integer,
                    kernel: .integer { (arguments) throws(Failure) in
                        try rounding.integer(arguments.integer(0), digits: arguments.integer(1))
                    }
                ),
                Overload(
                    [.real, digits],
                    gives: .real,
                    kernel: .real { (arguments) throws(Failure) in
                        try rounding.real(arguments.real(0), digits: arguments.integer(1))
                    }
                ),
                Overload(
                    [.decimal, digits],
                    gives: .decimal,
                    kernel: .decimal { (arguments) throws(Failure) in
                        try rounding.decimal(arguments.decimal(0), digits: arguments.integer(1))
                    }
                ),
            ]
        )
    }

    private static func floorDivision(
        _ number: Int64,
        by divisor: Int64
    ) throws(Failure) -> (quotient: Int64, remainder: Int64) {
        guard divisor != 0 else { throw .divisionByZero }
        // The only quotient that does not fit is that of the smallest number and -1.
        guard divisor != -1 else {
            guard number != .min else { throw .overflow(.integer) }
            return (-number, 0)
        }
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        guard remainder != 0, (remainder < 0) != (divisor < 0) else { return (quotient, remainder) }
        return (quotient - 1, remainder + divisor)
    }

    private static func power(_ base: Int64, exponent: Int64) throws(Failure) -> Int64 {
        guard exponent >= 0 else { throw .range("an integer has no integer to a negative power") }
        if base == 0 || base == 1 { return exponent == 0 ? 1 : base }
        if base == -1 { return exponent % 2 == 0 ? 1 : -1 }
        guard exponent < 64 else { throw .overflow(.integer) }
        var result: Int64 = 1
        for _ in 0..<exponent {
            let (product, overflow) = result.multipliedReportingOverflow(by: base)
            guard !overflow else { throw .overflow(.integer) }
            result = product
        }
        return result
    }

    private static func positive(_ number: Double) throws(Failure) -> Double {
        guard number > 0 else { throw .range("only a positive number has a logarithm") }
        return number
    }
}
