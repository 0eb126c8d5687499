extension Duration: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { .duration }

    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        let text = try input.text(expected: Self.shape)
        guard let duration = Duration(literal: text) else {
            throw Diagnostic(
                "option.type",
                message: "expected \(Self.shape.words), found \"\(text.prefix(40))\"",
                at: .text(input.range),
                hint: "a number and a unit, of ms, s, m, h and d; several may follow one another: \"1m30s\""
            )
        }
        self = duration
    }

    /// The value as it would stand in a file.
    public var literal: String { "\"\(text)\"" }
}
