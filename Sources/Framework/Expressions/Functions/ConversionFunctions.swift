internal import Diagnostics
internal import Formats
internal import Records

extension FunctionTable {
    /// Conversions: the whole text counts, and nothing is guessed.
    static let conversionFunctions: [Function] = [
        Function(
            "text",
            group: .conversion,
            summary: "A value as text, as files have it; bytes are base64.",
            example: "text(12.5)",
            result: #""12.5""#,
            [
                Overload([.text], gives: .text, kernel: .slice { 0..<$0.text(0).count }),
                Overload(
                    [.integer],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        var digits: [20 of UInt8] = .init(repeating: 0)
                        let number = arguments.integer(0)
                        var rest = number.magnitude
                        var start = 20
                        repeat {
                            start -= 1
                            digits[start] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                            rest /= 10
                        } while rest > 0
                        if number < 0 {
                            start -= 1
                            digits[start] = UInt8(ascii: "-")
                        }
                        try digits.span.extracting(start...).withUnsafeBufferPointer { (digits) throws(Failure) in
                            try out.append(digits)
                        }
                        return true
                    }
                ),
                writing(.real) { .real($0.real(0)) },
                writing(.decimal) { .decimal($0.decimal(0)) },
                writing(.boolean) { .boolean($0.boolean(0)) },
                writing(.instant) { .instant($0.integer(0)) },
                writing(.date) { .date(Int32(clamping: $0.integer(0))) },
                writing(.bytes) { .bytes(Array($0.text(0))) },
            ]
        ),
        Function(
            "integer",
            group: .conversion,
            summary:
                "A whole number: of a text as a file has it (`007`, `8.0`), of another number its value if it has no fraction.",
            example: #"integer("007")"#,
            result: "7",
            [
                Overload([.integer], gives: .integer, kernel: .integer { $0.integer(0) }),
                Overload(
                    [.text],
                    gives: .integer,
                    kernel: .integer { (arguments) throws(Failure) in try integer(arguments.text(0)) }
                ),
                Overload(
                    [.real],
                    gives: .integer,
                    kernel: .integer { (arguments) throws(Failure) in
                        guard let number = Int64(exactly: arguments.real(0)) else { throw .fraction }
                        return number
                    }
                ),
                Overload(
                    [.decimal],
                    gives: .integer,
                    kernel: .integer { (arguments) throws(Failure) in
                        guard let number = arguments.decimal(0).integer else { throw .fraction }
                        return number
                    }
                ),
                Overload([.boolean], gives: .integer, kernel: .integer { $0.boolean(0) ? 1 : 0 }),
            ]
        ),
        Function(
            "real",
            group: .conversion,
            summary: "A real number: of a text with digits, a point and an exponent, or of another number.",
            example: #"real("1.5e3")"#,
            result: "1500.0",
            [
                Overload([.real], gives: .real, kernel: .real { $0.real(0) }),
                Overload(
                    [.text],
                    gives: .real,
                    kernel: .real { (arguments) throws(Failure) in
                        guard let real = CellNumber.real(arguments.text(0), point: UInt8(ascii: ".")) else {
                            throw .cast("the text is not a number")
                        }
                        return real
                    }
                ),
                Overload(
                    [.decimal],
                    gives: .real,
                    kernel: .real { Double($0.decimal(0).description) }
                ),
            ]
        ),
        Function(
            "decimal",
            group: .conversion,
            summary: "An exact decimal number of at most 38 digits: of a text, or of a real number as it is shown.",
            example: #"decimal("19.90")"#,
            result: "19.90",
            [
                Overload([.decimal], gives: .decimal, kernel: .decimal { $0.decimal(0) }),
                Overload(
                    [.text],
                    gives: .decimal,
                    kernel: .decimal { (arguments) throws(Failure) in
                        guard let decimal = CellNumber.decimal(arguments.text(0), point: UInt8(ascii: ".")) else {
                            throw .cast("the text is not a number of at most 38 digits")
                        }
                        return decimal
                    }
                ),
                Overload(
                    [.real],
                    gives: .decimal,
                    kernel: .decimal { (arguments) throws(Failure) in
                        guard let decimal = ExactDecimal(arguments.real(0).description) else {
                            throw .overflow(.decimal)
                        }
                        return decimal
                    }
                ),
            ]
        ),
        Function(
            "number",
            group: .conversion,
            summary: "A real number from a text with another decimal sign, and with a sign between thousands.",
            example: #"number("1.234,5", ",", ".")"#,
            result: "1234.5",
            usage: #"number(price, ",") reads 12,50; number(price, ",", ".") reads 1.234,50"#,
            [
                Overload(
                    [.text, Parameter(.text, phrase: "the decimal sign", form: .constant)],
                    gives: .real,
                    make: localNumber
                ),
                Overload(
                    [
                        .text, Parameter(.text, phrase: "the decimal sign", form: .constant),
                        Parameter(.text, phrase: "the sign between thousands", form: .constant),
                    ],
                    gives: .real,
                    make: localNumber
                ),
            ]
        ),
        Function(
            "boolean",
            group: .conversion,
            summary: "True for `true`, `yes` and `1`, false for `false`, `no` and `0`, in any case.",
            example: #"boolean("Yes")"#,
            result: "true",
            [
                Overload([.boolean], gives: .boolean, kernel: .boolean { $0.boolean(0) }),
                Overload(
                    [.text],
                    gives: .boolean,
                    kernel: .boolean { (arguments) throws(Failure) in
                        guard let value = words.value(of: arguments.text(0)) else {
                            throw .cast("the text is none of true, yes, 1, false, no and 0")
                        }
                        return value
                    }
                ),
                Overload(
                    [.integer],
                    gives: .boolean,
                    kernel: .boolean { (arguments) throws(Failure) in
                        guard 0...1 ~= arguments.integer(0) else { throw .cast("the number is neither 0 nor 1") }
                        return arguments.integer(0) == 1
                    }
                ),
            ]
        ),
    ]

    private static let words = BooleanWords(true: ["true", "yes", "1"], false: ["false", "no", "0"])

    private static func writing(_ type: ValueType, value: @escaping @Sendable (Arguments) -> Value) -> Overload {
        Overload(
            [Parameter(type)],
            gives: .text,
            kernel: .text { (arguments, out) throws(Failure) in
                try out.append(value(arguments).plainText)
                return true
            }
        )
    }

    private static func integer(_ text: UnsafeBufferPointer<UInt8>) throws(Failure) -> Int64 {
        guard let number = CellNumber.integer(text, point: UInt8(ascii: ".")) else {
            throw .cast("the text is not a whole number of 64 bits")
        }
        return number
    }

    @Sendable private static func localNumber(_ call: borrowing Call) throws(Diagnostic) -> Kernel {
        let point = Array((call.text(1) ?? "").utf8)
        let group = Array((call.count > 2 ? call.text(2) ?? "" : "").utf8)
        guard point.count == 1, let sign = point.first, sign &- 48 > 9, point != group else {
            throw Diagnostic(
                "expression.range",
                message: "the decimal sign has to be one character, and not the one between thousands",
                at: call.place(1),
                hint: #"such as number(x, ",", ".")"#
            )
        }
        return .real { (arguments) throws(Failure) in
            guard let plain = plainNumber(arguments.text(0), point: sign, group: group),
                let real = plain.withUnsafeBufferPointer({ CellNumber.real($0, point: UInt8(ascii: ".")) })
            else { throw .cast("the text is not a number with these signs") }
            return real
        }
    }

    /// A number with a point and without signs between thousands; nil if they divide anything but groups of three.
    private static func plainNumber(
        _ text: UnsafeBufferPointer<UInt8>,
        point: UInt8,
        group: [UInt8]
    ) -> [UInt8]? {
        let whole = text.prefix { $0 != point && $0 | 0x20 != UInt8(ascii: "e") }
        var plain: [UInt8] = []
        var digits = 0
        var hasGroups = false
        var index = 0
        while index < whole.count {
            let byte = text[index]
            if !group.isEmpty, text[index...].starts(with: group) {
                guard hasGroups ? digits == 3 : 1...3 ~= digits else { return nil }
                (hasGroups, digits) = (true, 0)
                index += group.count
                continue
            }
            if byte &- 48 < 10 { digits += 1 } else if index > 0 || byte != 0x2D && byte != 0x2B { return nil }
            plain.append(byte)
            index += 1
        }
        guard !hasGroups || digits == 3 else { return nil }
        for byte in text[whole.count...] {
            guard byte == point || byte != UInt8(ascii: ".") else { return nil }
            plain.append(byte == point ? UInt8(ascii: ".") : byte)
        }
        return plain
    }
}

extension Failure {
    fileprivate static let fraction = Failure.cast("the number is not a whole number of 64 bits; round makes it one")
}
