/// The name of a column.
public struct ColumnName: OptionValue, Hashable, ExpressibleByStringLiteral {
    /// The name.
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
