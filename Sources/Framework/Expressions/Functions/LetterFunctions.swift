extension FunctionTable {
    /// Case and blanks.
    static let letterFunctions: [Function] = [
        Function(
            "upper",
            group: .letters,
            summary: "The text in upper case, by the rules of Unicode without those of a language.",
            example: #"upper("straße")"#,
            result: #""STRASSE""#,
            [cased(CaseMapping.upper) { $0.uppercased() }]
        ),
        Function(
            "lower",
            group: .letters,
            summary: "The text in lower case, by the rules of Unicode without those of a language.",
            example: #"lower("ÄRGER")"#,
            result: #""ärger""#,
            [cased(CaseMapping.lower) { $0.lowercased() }]
        ),
        Function(
            "capitalize",
            group: .letters,
            summary: "The text with its first letter in upper case, and the rest as it is.",
            example: #"capitalize("the Third Man")"#,
            result: #""The Third Man""#,
            [cased(nil, CaseMapping.capitalized)]
        ),
        Function(
            "title_case",
            group: .letters,
            summary: "The text with the first letter of each word in upper case, and the others in lower case.",
            example: #"title_case("THE DRIVER'S SEAT")"#,
            result: #""The Driver's Seat""#,
            [cased(nil, CaseMapping.titled)]
        ),
        trimming(
            "trim",
            start: true,
            end: true,
            "at its start and its end",
            example: #"trim("  Alien \t")"#,
            result: #""Alien""#
        ),
        trimming(
            "trim_start",
            start: true,
            end: false,
            "at its start",
            example: #"trim_start("000120", "0")"#,
            result: #""120""#
        ),
        trimming(
            "trim_end",
            start: false,
            end: true,
            "at its end",
            example: #"trim_end("Jaws...", ".")"#,
            result: #""Jaws""#
        ),
        Function(
            "collapse_spaces",
            group: .letters,
            summary: "The text with one space for each run of white space, and none at its start and its end.",
            example: #"collapse_spaces("  Blade \n Runner ")"#,
            result: #""Blade Runner""#,
            [
                Overload(
                    [.text],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        let text = arguments.text(0)
                        var index = 0
                        var isPending = false
                        while index < text.count {
                            let next = TextParts.next(text, index)
                            let character = UnsafeBufferPointer(rebasing: text[index..<next])
                            index = next
                            if CaseMapping.isBlank(character) {
                                isPending = out.count > 0
                            } else {
                                if isPending { try out.append(0x20) }
                                isPending = false
                                try out.append(character)
                            }
                        }
                        return true
                    }
                )
            ]
        ),
    ]

    /// A form that changes letters; `byte` is the change of ASCII, if it is one byte after the other.
    private static func cased(
        _ byte: (@Sendable (UInt8) -> UInt8)?,
        _ string: @escaping @Sendable (String) -> String
    ) -> Overload {
        Overload(
            [.text],
            gives: .text,
            kernel: .text { (arguments, out) throws(Failure) in
                let text = arguments.text(0)
                if let byte, CaseMapping.isASCII(text) {
                    for letter in text { try out.append(byte(letter)) }
                } else {
                    try out.append(string(CaseMapping.string(text)))
                }
                return true
            }
        )
    }

    private static func trimming(
        _ name: String,
        start: Bool,
        end: Bool,
        _ place: String,
        example: String,
        result: String
    ) -> Function {
        Function(
            name,
            group: .letters,
            summary: "The text without white space \(place), or without the given characters there.",
            example: example,
            result: result,
            [
                Overload(
                    [.text],
                    gives: .text,
                    kernel: .slice { CaseMapping.trimmed($0.text(0), start: start, end: end) }
                ),
                Overload(
                    [.text, Parameter(.text, phrase: "the characters to remove")],
                    gives: .text,
                    kernel: .slice { arguments in
                        let characters = arguments.text(1)
                        return CaseMapping.trimmed(arguments.text(0), start: start, end: end) { character in
                            var index = 0
                            while index < characters.count {
                                let next = TextParts.next(characters, index)
                                if characters[index..<next].elementsEqual(character) { return true }
                                index = next
                            }
                            return false
                        }
                    }
                ),
            ]
        )
    }
}
