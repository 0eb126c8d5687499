/// An option that names a column.
///
/// It is checked against the input's columns when the plan is made.
public struct ColumnName: OptionValue, Hashable, ExpressibleByStringLiteral {
    /// The name as written in the pipeline file.
    public let name: String

    /// Allows writing the name as a string.
    public init(stringLiteral name: String) { self.name = name }
    /// In help and messages, the option expects the name of a column of the input.
    public static var shape: OptionShape { .column }
    /// Reads the name from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { name = try input.text(expected: Self.shape) }
    /// The name as it is written in a pipeline file.
    public var literal: String { name.quoted }
}
