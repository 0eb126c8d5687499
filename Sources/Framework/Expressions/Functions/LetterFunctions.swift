extension FunctionTable {
    /// Case and blanks.
    static let letterFunctions: [Function] = [
        Function(
            "upper",
            group: .letters,
            summary: "The text in upper case, by the rules of Unicode without those of a language.",
            example: #"upper("straße")"#,
            result: #""STRASSE""#,
            [
                Overload(
                    [.text],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        try change(arguments.text(0), byte: CaseMapping.upper, out: &out) { $0.uppercased() }
                    }
                )
            ]
        ),
        Function(
            "lower",
            group: .letters,
            summary: "The text in lower case, by the rules of Unicode without those of a language.",
            example: #"lower("ÄRGER")"#,
            result: #""ärger""#,
            [
                Overload(
                    [.text],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        try change(arguments.text(0), byte: CaseMapping.lower, out: &out) { $0.lowercased() }
                    }
                )
            ]
        ),
        Function(
            "capitalize",
            group: .letters,
            summary: "The text with its first letter in upper case, and the rest as it is.",
            example: #"capitalize("the Third Man")"#,
            result: #""The Third Man""#,
            [
                Overload(
                    [.text],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        let text = arguments.text(0)
                        guard let first = text.first, first < 0x80 else {
                            try out.append(CaseMapping.capitalized(CaseMapping.string(text)))
                            return true
                        }
                        try out.append(CaseMapping.upper(first))
                        try out.append(UnsafeBufferPointer(rebasing: text[1...]))
                        return true
                    }
                )
            ]
        ),
        Function(
            "title_case",
            group: .letters,
            summary: "The text with the first letter of each word in upper case, and the others in lower case.",
            example: #"title_case("THE DRIVER'S SEAT")"#,
            result: #""The Driver's Seat""#,
            [
                Overload(
                    [.text],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        let text = arguments.text(0)
                        guard CaseMapping.isASCII(text) else {
                            try out.append(CaseMapping.titled(CaseMapping.string(text)))
                            return true
                        }
                        var isWithin = false
                        for (index, byte) in text.enumerated() {
                            let isLetter = CaseMapping.isLetter(byte)
                            try out.append(isWithin ? CaseMapping.lower(byte) : CaseMapping.upper(byte))
                            let next = index + 1 < text.count ? text[index + 1] : 0
                            isWithin =
                                isLetter || byte &- 0x30 < 10
                                || isWithin && byte == UInt8(ascii: "'") && CaseMapping.isLetter(next)
                        }
                        return true
                    }
                )
            ]
        ),
        trimming(
            "trim",
            start: true,
            end: true,
            place: "at its start and its end",
            example: #"trim("  Alien \t")"#,
            result: #""Alien""#
        ),
        trimming(
            "trim_start",
            start: true,
            end: false,
            place: "at its start",
            example: #"trim_start("000120", "0")"#,
            result: #""120""#
        ),
        trimming(
            "trim_end",
            start: false,
            end: true,
            place: "at its end",
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
                            let next = TextParts.next(text, index: index)
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

    /// Writes a text with its letters changed: byte by byte if it is ASCII, else as a string.
    @inline(__always)
    private static func change(
        _ text: UnsafeBufferPointer<UInt8>,
        byte: (UInt8) -> UInt8,
        out: inout TextWriter,
        string: (String) -> String
    ) throws(Failure) -> Bool {
        if CaseMapping.isASCII(text) {
            try out.append(text, changing: byte)
        } else {
            try out.append(string(CaseMapping.string(text)))
        }
        return true
    }

    private static func trimming(
        _ name: String,
        start: Bool,
        end: Bool,
        place: String,
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
                                let next = TextParts.next(characters, index: index)
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
