/// An expression of a stage, for a plan that is shown.
public struct StageExpression: Sendable, Hashable {
    /// The option that has it, or the name in a table of expressions: `where`, `decade`.
    public let name: String
    /// As it is written in the pipeline file.
    public let text: String
    /// The type of its values: `boolean`, `integer`; `null` if it has no other.
    public let type: String
    /// The columns that it reads.
    public let columns: [String]

    /// An expression of a stage.
    ///
    /// - Parameters:
    ///   - name: The option that has it, or the name in a table of expressions.
    ///   - text: As it is written in the pipeline file.
    ///   - type: The type of its values.
    ///   - columns: The columns that it reads.
    public init(_ name: String, text: String, type: String, columns: [String]) {
        self.name = name
        self.text = text
        self.type = type
        self.columns = columns
    }
}
