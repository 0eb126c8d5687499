extension HTTPURL: OptionValue {
    /// A URL is written as text.
    public static var shape: OptionShape { .text }

    /// Reads the URL from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        try self.init(input.text(expected: Self.shape), at: .text(input.range))
    }

    /// The URL as it is written in a pipeline file.
    public var literal: String { (target == "/" ? origin : description).quoted }
}
