// Normalisation forms, which the standard library has for its own use and for Foundation.
@_spi(_Unicode) internal import Swift

extension FunctionTable {
    private static let padding: [Parameter] = [
        .text, Parameter(.integer, phrase: "how many characters"), Parameter(.text, phrase: "what to fill up with"),
    ]

    /// Changes of text.
    static let changeFunctions: [Function] = [
        Function(
            "replace",
            group: .changes,
            summary: "The text with each place of a text replaced by another one.",
            example: #"replace("a, b, c", ", ", "|")"#,
            result: #""a|b|c""#,
            usage: #"replace(title, "_", " ") has spaces for underscores"#,
            [
                Overload(
                    [.text, Parameter(.text, phrase: "what to replace"), Parameter(.text, phrase: "its replacement")],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        let (text, old, new) = (arguments.text(0), arguments.text(1), arguments.text(2))
                        var start = 0
                        while let found = TextParts.first(old, in: text, from: start) {
                            try out.append(UnsafeBufferPointer(rebasing: text[start..<found]))
                            try out.append(new)
                            start = found + old.count
                        }
                        try out.append(UnsafeBufferPointer(rebasing: text[start...]))
                        return true
                    }
                )
            ]
        ),
        Function(
            "remove_prefix",
            group: .changes,
            summary: "The text without another one at its start, if it is there.",
            example: #"remove_prefix("The Third Man", "The ")"#,
            result: #""Third Man""#,
            [
                Overload(
                    [.text, Parameter(.text, phrase: "a start")],
                    gives: .text,
                    kernel: .slice { arguments in
                        let (text, part) = (arguments.text(0), arguments.text(1))
                        return (TextParts.hasPrefix(text, part: part) ? part.count : 0)..<text.count
                    }
                )
            ]
        ),
        Function(
            "remove_suffix",
            group: .changes,
            summary: "The text without another one at its end, if it is there.",
            example: #"remove_suffix("films.csv", ".csv")"#,
            result: #""films""#,
            [
                Overload(
                    [.text, Parameter(.text, phrase: "an end")],
                    gives: .text,
                    kernel: .slice { arguments in
                        let (text, part) = (arguments.text(0), arguments.text(1))
                        return 0..<(TextParts.hasSuffix(text, part: part) ? text.count - part.count : text.count)
                    }
                )
            ]
        ),
        Function(
            "pad_start",
            group: .changes,
            summary: "The text, filled up at its start to a number of characters.",
            example: #"pad_start("42", 5, "0")"#,
            result: #""00042""#,
            [
                Overload(
                    padding,
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        try pad(arguments, out: &out)
                        try out.append(arguments.text(0))
                        return true
                    }
                )
            ]
        ),
        Function(
            "pad_end",
            group: .changes,
            summary: "The text, filled up at its end to a number of characters.",
            example: #"pad_end("ab", 4, ".")"#,
            result: #""ab..""#,
            [
                Overload(
                    padding,
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        try out.append(arguments.text(0))
                        try pad(arguments, out: &out)
                        return true
                    }
                )
            ]
        ),
        Function(
            "repeat",
            group: .changes,
            summary: "The text, repeated that many times.",
            example: #"repeat("ab", 3)"#,
            result: #""ababab""#,
            [
                Overload(
                    [.text, Parameter(.integer, phrase: "how many times")],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        let text = arguments.text(0)
                        let times = arguments.integer(1)
                        guard times >= 0 else { throw .range("a number of times is negative") }
                        guard !text.isEmpty else { return true }
                        guard times <= Int64((1 << 30) / text.count) else { throw .overflow(.text) }
                        for _ in 0..<times { try out.append(text) }
                        return true
                    }
                )
            ]
        ),
        rewriting(
            "reverse",
            summary: "The text from its end to its start; letters keep their accents.",
            example: #"reverse("été 1")"#,
            result: #""1 été""#
        ) {
            String($0.reversed())
        },
        Function(
            "join_text",
            group: .changes,
            summary: "The texts with a separator between them; nulls are left out.",
            example: #"join_text(", ", "Wien", null, "Prag")"#,
            result: #""Wien, Prag""#,
            usage: #"join_text(" ", first, last) has a space between them"#,
            [
                Overload(
                    [Parameter(.text, phrase: "a separator"), .text],
                    repeatsLast: true,
                    gives: .text,
                    nulls: .passed,
                    kernel: .text { (arguments, out) throws(Failure) in
                        var isFirst = true
                        for index in 1..<max(arguments.count, 1) where !arguments.isNull(index) {
                            if !isFirst, !arguments.isNull(0) { try out.append(arguments.text(0)) }
                            isFirst = false
                            try out.append(arguments.text(index))
                        }
                        return true
                    }
                )
            ]
        ),
        rewriting(
            "normalize",
            summary: "The text in the composed form (NFC): é is one character, however it was written.",
            example: #"length(normalize("e\u{301}"))"#,
            result: "1"
        ) {
            var result = String.UnicodeScalarView()
            result.append(contentsOf: $0._nfc)
            return String(result)
        },
        rewriting(
            "ascii",
            summary: "The text without accents, in ASCII: ß becomes ss, what has no counterpart becomes ?.",
            example: #"ascii("Łódź, Ærø")"#,
            result: #""Lodz, AEro""#,
            change: ascii
        ),
    ]

    private static func rewriting(
        _ name: String,
        summary: String,
        example: String,
        result: String,
        change: @escaping @Sendable (String) -> String
    ) -> Function {
        Function(
            name,
            group: .changes,
            summary: summary,
            example: example,
            result: result,
            [
                Overload(
                    [.text],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        let text = arguments.text(0)
                        // Only `reverse` changes ASCII.
                        if name != "reverse", CaseMapping.isASCII(text) {
                            try out.append(text)
                        } else {
                            try out.append(change(CaseMapping.string(text)))
                        }
                        return true
                    }
                )
            ]
        )
    }

    /// Appends what the text of a call lacks.
    private static func pad(_ arguments: Arguments, out: inout TextWriter) throws(Failure) {
        let filling = arguments.text(2)
        let wanted = try count(arguments.integer(1))
        guard !filling.isEmpty else { throw .range("there is nothing to fill up with") }
        guard wanted <= 1 << 30 else { throw .overflow(.text) }
        var left = wanted - Int64(TextParts.length(arguments.text(0)))
        var index = 0
        while left > 0 {
            let next = TextParts.next(filling, index: index)
            try out.append(UnsafeBufferPointer(rebasing: filling[index..<next]))
            index = next == filling.count ? 0 : next
            left -= 1
        }
    }

    private static func ascii(_ text: String) -> String {
        var result = ""
        for scalar in text._nfd {
            if scalar.isASCII {
                result.unicodeScalars.append(scalar)
            } else if let letters = plainLetters[scalar] {
                result += letters
            } else if scalar.properties.canonicalCombiningClass == .notReordered {
                result += "?"
            }
        }
        return result
    }

    /// Letters and signs without a decomposition into ASCII and accents.
    private static let plainLetters: [Unicode.Scalar: String] = [
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
        "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n",
        "Ŋ": "N", "ŧ": "t", "Ŧ": "T", "‘": "'", "’": "'", "‚": "'", "“": "\"", "”": "\"", "„": "\"", "«": "\"",
        "»": "\"", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "…": "...", "•": "*", "×": "x", "\u{A0}": " ",
        "\u{2009}": " ", "\u{202F}": " ", "€": "EUR", "£": "GBP", "©": "(c)", "®": "(r)", "™": "(tm)",
    ]
}
