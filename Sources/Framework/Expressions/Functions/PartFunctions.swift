extension FunctionTable {
    private static let characters = Parameter(.integer, phrase: "how many characters")
    private static let separator = Parameter(.text, phrase: "what to look for")

    /// Parts of text.
    static let partFunctions: [Function] = [
        Function(
            "length",
            group: .parts,
            summary: "The number of characters (code points) of a text, or of bytes.",
            example: #"length("Amélie")"#,
            result: "6",
            [
                Overload([.text], gives: .integer, kernel: .integer { Int64(TextParts.length($0.text(0))) }),
                Overload([.bytes], gives: .integer, kernel: .integer { Int64($0.text(0).count) }),
            ]
        ),
        Function(
            "bytes",
            group: .parts,
            summary: "The number of bytes of a text in UTF-8.",
            example: #"bytes("Amélie")"#,
            result: "7",
            [Overload([.text], gives: .integer, kernel: .integer { Int64($0.text(0).count) })]
        ),
        Function(
            "left",
            group: .parts,
            summary: "The first characters of a text; all of it if it has fewer.",
            example: #"left("Metropolis", 5)"#,
            result: #""Metro""#,
            usage: "left(title, 10) is the first ten characters",
            [
                Overload(
                    [.text, characters],
                    gives: .text,
                    kernel: .slice { (arguments) throws(Failure) in
                        0..<TextParts.offset(arguments.text(0), after: try count(arguments.integer(1)))
                    }
                )
            ]
        ),
        Function(
            "right",
            group: .parts,
            summary: "The last characters of a text; all of it if it has fewer.",
            example: #"right("film-0042", 4)"#,
            result: #""0042""#,
            usage: "right(title, 10) is the last ten characters",
            [
                Overload(
                    [.text, characters],
                    gives: .text,
                    kernel: .slice { (arguments) throws(Failure) in
                        let text = arguments.text(0)
                        return TextParts.offset(text, ofLast: try count(arguments.integer(1)))..<text.count
                    }
                )
            ]
        ),
        Function(
            "slice",
            group: .parts,
            summary: "The part of a text from a character on, counted from 1, or from the end with -1; with how many.",
            example: #"slice("2024-05-12", 6, 2)"#,
            result: #""05""#,
            usage: "slice(title, 3, 2) is the third and the fourth character",
            [
                Overload(
                    [.text, Parameter(.integer, phrase: "the first character")],
                    gives: .text,
                    kernel: .slice { (arguments) throws(Failure) in
                        try slice(arguments.text(0), from: arguments.integer(1), count: .max)
                    }
                ),
                Overload(
                    [.text, Parameter(.integer, phrase: "the first character"), characters],
                    gives: .text,
                    kernel: .slice { (arguments) throws(Failure) in
                        try slice(arguments.text(0), from: arguments.integer(1), count: arguments.integer(2))
                    }
                ),
            ]
        ),
        cutting(
            "before",
            summary: "The part before the first place of another text; null if that is not in it.",
            example: #"before("bob@example.org", "@")"#,
            result: #""bob""#
        ) { text, part in
            TextParts.first(part, in: text).map { 0..<$0 }
        },
        cutting(
            "after",
            summary: "The part after the first place of another text; null if that is not in it.",
            example: #"after("bob@example.org", "@")"#,
            result: #""example.org""#
        ) { text, part in
            TextParts.first(part, in: text).map { $0 + part.count..<text.count }
        },
        cutting(
            "before_last",
            summary: "The part before the last place of another text; null if that is not in it.",
            example: #"before_last("a.tar.gz", ".")"#,
            result: #""a.tar""#
        ) { text, part in
            TextParts.last(part, in: text).map { 0..<$0 }
        },
        cutting(
            "after_last",
            summary: "The part after the last place of another text; null if that is not in it.",
            example: #"after_last("a.tar.gz", ".")"#,
            result: #""gz""#
        ) { text, part in
            TextParts.last(part, in: text).map { $0 + part.count..<text.count }
        },
        Function(
            "part",
            group: .parts,
            summary: "The part with a number, from 1, of a text that a separator divides; -1 is the last. Null beyond.",
            example: #"part("a,b,c", ",", 2)"#,
            result: #""b""#,
            usage: #"part(genres, ",", 2) is what follows the first comma"#,
            [
                Overload(
                    [.text, Parameter(.text, phrase: "a separator"), Parameter(.integer, phrase: "which part")],
                    gives: .text,
                    canGiveNull: true,
                    kernel: .slice { arguments in
                        TextParts.part(arguments.integer(2), of: arguments.text(0), separator: arguments.text(1))
                    }
                )
            ]
        ),
        Function(
            "position",
            group: .parts,
            summary: "At which character of a text, from 1, another one is first found; null if it is not in it.",
            example: #"position("Amélie", "lie")"#,
            result: "4",
            [
                Overload(
                    [.text, separator],
                    gives: .integer,
                    canGiveNull: true,
                    kernel: .integer { arguments in
                        let text = arguments.text(0)
                        return TextParts.first(arguments.text(1), in: text).map { found in
                            Int64(TextParts.length(UnsafeBufferPointer(rebasing: text[..<found])) + 1)
                        }
                    }
                )
            ]
        ),
        Function(
            "count_of",
            group: .parts,
            summary: "How often a text contains another one, none overlapping another.",
            example: #"count_of("a,b,c", ",")"#,
            result: "2",
            [
                Overload(
                    [.text, separator],
                    gives: .integer,
                    kernel: .integer { Int64(TextParts.count($0.text(1), in: $0.text(0))) }
                )
            ]
        ),
    ]

    private static func cutting(
        _ name: String,
        summary: String,
        example: String,
        result: String,
        cut: @escaping @Sendable (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Range<Int>?
    ) -> Function {
        Function(
            name,
            group: .parts,
            summary: summary,
            example: example,
            result: result,
            [
                Overload(
                    [.text, separator],
                    gives: .text,
                    canGiveNull: true,
                    kernel: .slice { cut($0.text(0), $0.text(1)) }
                )
            ]
        )
    }

    /// A number of characters.
    static func count(_ number: Int64) throws(Failure) -> Int64 {
        guard number >= 0 else { throw .range("a number of characters is negative") }
        return number
    }

    private static func slice(
        _ text: UnsafeBufferPointer<UInt8>,
        from first: Int64,
        count: Int64
    ) throws(Failure) -> Range<Int> {
        guard first != 0 else { throw .range("characters are counted from 1, and from the end with -1") }
        let start =
            first > 0
            ? TextParts.offset(text, after: first - 1) : TextParts.offset(text, ofLast: first == .min ? .max : -first)
        let rest = UnsafeBufferPointer(rebasing: text[start...])
        return start..<(start + TextParts.offset(rest, after: try self.count(count)))
    }
}

extension Failure {
    /// An argument that the function does not take.
    static func range(_ reason: String) -> Failure { Failure("expression.range", reason: reason) }
    /// A value that cannot be converted.
    static func cast(_ reason: String) -> Failure { Failure("expression.cast", reason: reason) }
}
