extension HTTPURL: OptionValue {
    /// An address is written as a text.
    public static var shape: OptionShape { .text }

    /// Reads the address from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        try self.init(input.text(expected: Self.shape), at: .text(input.range))
    }

    /// The address as it would stand in a file.
    public var literal: String { (target == "/" ? origin : description).quoted }
}
