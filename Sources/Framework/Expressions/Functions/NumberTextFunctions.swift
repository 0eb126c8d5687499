internal import Diagnostics
internal import Records

extension FunctionTable {
    private static let digits = Parameter(.integer, phrase: "how many digits after the point")
    private static let signs: [Parameter] = [
        Parameter(.text, phrase: "the decimal sign", form: .constant),
        Parameter(.text, phrase: "the sign between groups of three digits", form: .constant),
    ]

    /// Numbers as text.
    static let numberTextFunctions: [Function] = [
        Function(
            "format_number",
            group: .numberText,
            summary: "The number rounded to digits after the point, with a decimal sign and a sign between thousands.",
            example: #"format_number(1234567.891, 2, ",", ".")"#,
            result: #""1.234.567,89""#,
            usage: "format_number(price, 2) has two digits after the point",
            [ValueType.decimal, .integer, .real].flatMap { type in
                [
                    Overload([Parameter(type), digits], gives: .text, kernel: formatting(type, point: ".", group: "")),
                    Overload(
                        [Parameter(type), digits] + signs,
                        gives: .text,
                        make: { (call) throws(Diagnostic) in
                            let (point, group) = (call.text(2) ?? "", call.text(3) ?? "")
                            try refuseSigns(of: call, point: point, group: group)
                            return formatting(type, point: point, group: group)
                        }
                    ),
                ]
            }
        ),
        Function(
            "hex",
            group: .numberText,
            summary: "An integer in hexadecimal digits, or two of them for each of some bytes.",
            example: "hex(255)",
            result: #""ff""#,
            [
                Overload(
                    [.integer],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        try out.append(String(arguments.integer(0), radix: 16))
                        return true
                    }
                ),
                Overload(
                    [.bytes],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        for byte in arguments.text(0) { try appendHex(byte, to: &out) }
                        return true
                    }
                ),
            ]
        ),
        Function(
            "from_hex",
            group: .numberText,
            summary: "The integer that hexadecimal digits stand for, with or without 0x before them.",
            example: #"from_hex("0xFF")"#,
            result: "255",
            [
                Overload(
                    [.text],
                    gives: .integer,
                    kernel: .integer { (arguments) throws(Failure) in
                        var digits = CaseMapping.string(arguments.text(0))
                        if digits.hasPrefix("0x") || digits.hasPrefix("0X") { digits.removeFirst(2) }
                        guard digits.first != "+", let number = Int64(digits, radix: 16) else {
                            throw .cast("the text is not a hexadecimal number of 64 bits")
                        }
                        return number
                    }
                )
            ]
        ),
    ]

    /// Appends two digits for a byte.
    static func appendHex(_ byte: UInt8, to out: inout TextWriter) throws(Failure) {
        try out.append(byte >> 4 < 10 ? 48 + byte >> 4 : 87 + byte >> 4)
        try out.append(byte & 15 < 10 ? 48 + byte & 15 : 87 + byte & 15)
    }

    /// Refuses signs with which another number could be read.
    private static func refuseSigns(of call: borrowing Call, point: String, group: String) throws(Diagnostic) {
        let wrong: (index: Int, message: String)?
        if point.isEmpty {
            wrong = (2, "without a decimal sign, the fraction could not be distinguished from the whole number")
        } else if point == group {
            wrong = (3, "the sign between groups is the decimal sign")
        } else if let index = [point, group].firstIndex(where: { $0.utf8.contains { $0 &- 48 < 10 || $0 == 45 } }) {
            wrong = (2 + index, "a digit or a minus cannot be a sign within a number")
        } else {
            wrong = nil
        }
        guard let wrong else { return }
        throw Diagnostic(
            "expression.range",
            message: wrong.message,
            at: call.place(wrong.index),
            hint: #"such as format_number(x, 2, ",", ".")"#
        )
    }

    private static func formatting(_ type: ValueType, point: String, group: String) -> Kernel {
        .text { (arguments, out) throws(Failure) in
            let digits = arguments.integer(1)
            guard 0...30 ~= digits else { throw .range("there can be 0 to 30 digits after the point") }
            let number: ExactDecimal?
            switch type {
            case .integer: number = ExactDecimal(arguments.integer(0))
            case .decimal: number = arguments.decimal(0)
            default: number = ExactDecimal(arguments.real(0).description)
            }
            guard let number else { throw .overflow(.decimal) }
            let rounded = try Rounding.nearest.decimal(number, digits: digits)
            var figures = String(rounded.coefficient.magnitude)
            if figures.utf8.count <= rounded.scale {
                figures = String(repeating: "0", count: rounded.scale + 1 - figures.utf8.count) + figures
            }
            let whole = figures.utf8.count - rounded.scale
            if rounded.coefficient < 0 { try out.append(UInt8(ascii: "-")) }
            for (index, figure) in figures.utf8.enumerated() {
                if index == whole { try out.append(point) }
                if index > 0, index < whole, (whole - index) % 3 == 0 { try out.append(group) }
                try out.append(figure)
            }
            guard digits > rounded.scale else { return true }
            if rounded.scale == 0 { try out.append(point) }
            for _ in 0..<(Int(digits) - rounded.scale) { try out.append(UInt8(ascii: "0")) }
            return true
        }
    }
}
