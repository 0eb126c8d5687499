internal import Formats

extension FunctionTable {
    /// Tests of text.
    static let testFunctions: [Function] = [
        Function(
            "is_blank",
            group: .tests,
            summary: "Whether a text is null, empty, or only white space.",
            example: #"is_blank(" \t")"#,
            result: "true",
            [
                Overload(
                    [.text],
                    gives: .boolean,
                    nulls: .passed,
                    kernel: .boolean { arguments in
                        arguments.isNull(0)
                            || CaseMapping.trimmed(arguments.text(0), start: true, end: false).isEmpty
                    }
                )
            ]
        ),
        Function(
            "same_text",
            group: .tests,
            summary: "Whether two texts are the same but for upper and lower case, in every script.",
            example: #"same_text("Straße", "STRASSE")"#,
            result: "true",
            [
                Overload(
                    [.text, .text],
                    gives: .boolean,
                    kernel: .boolean { CaseMapping.areSame($0.text(0), right: $0.text(1)) }
                )
            ]
        ),
        Function(
            "is_number",
            group: .tests,
            summary: "Whether `real` can read a text.",
            example: #"is_number("12.5 kg")"#,
            result: "false",
            [
                Overload(
                    [.text],
                    gives: .boolean,
                    kernel: .boolean { CellNumber.real($0.text(0), point: UInt8(ascii: ".")) != nil }
                )
            ]
        ),
        Function(
            "is_json",
            group: .tests,
            summary: "Whether a text is one JSON value.",
            example: #"is_json("[1, 2")"#,
            result: "false",
            [
                Overload(
                    [.text],
                    gives: .boolean,
                    kernel: .boolean { JSONText.isValue($0.text(0).span) }
                )
            ]
        ),
    ]
}
