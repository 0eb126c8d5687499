public import Diagnostics

/// A key of a table and its value.
public struct TOMLEntry: Sendable {
    /// The value that follows the equals sign, or the table of a header.
    public let value: TOMLValue

    /// The key's text.
    public var key: String { value.tree.key(value.node) ?? "" }

    /// The place of the key, including quotes.
    public var keyRange: SourceRange { value.keyRange ?? value.range }
}
