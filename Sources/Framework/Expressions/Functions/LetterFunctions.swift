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
                        let text = arguments.text(0)
                        if text.allSatisfy({ $0 < 0x80 }) {
                            for byte in text { try out.append(byte &- 0x61 < 26 ? byte & 0xDF : byte) }
                        } else {
                            try out.append(String(decoding: text, as: UTF8.self).uppercased())
                        }
                        return true
                    }
                )
            ]
        )
    ]
}
