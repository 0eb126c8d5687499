extension Duration: OptionValue {
    /// A length of time.
    public static var shape: OptionShape { .duration }

    /// Reads the duration from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        let text = try input.text(expected: Self.shape)
        guard let duration = Duration(literal: text) else {
            throw Diagnostic(
                "option.type",
                message: "expected \(Self.shape.words), found \"\(text.prefix(40))\"",
                at: .text(input.range),
                hint: "write numbers with units (ms, s, m, h, d), such as \"1m30s\""
            )
        }
        self = duration
    }

    /// The duration as it is written in a pipeline file.
    public var literal: String { "\"\(text)\"" }
}
