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
        )
    ]
}
