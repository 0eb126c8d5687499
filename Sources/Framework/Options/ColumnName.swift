/// An option that names a column; it is checked against the input's columns when the plan is made.
public struct ColumnName: OptionValue, Hashable, ExpressibleByStringLiteral {
    /// The name as written in the pipeline file.
    public let name: String

    /// A name written as a literal.
    public init(stringLiteral name: String) { self.name = name }
    /// What can be written for it.
    public static var shape: OptionShape { .column }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { name = try input.text(expected: Self.shape) }
    /// The value as it would stand in a file.
    public var literal: String { name.quoted }
}
