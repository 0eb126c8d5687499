internal import TOML

/// A table of expressions by name, such as `[transform.set]`, in the order of the file.
public struct ExpressionTable: OptionValue {
    /// A name and its expression.
    public struct Entry: Sendable {
        /// The name: of a column, an output or a rule.
        public let name: String
        /// Where the name is written; nil if it is not from a file.
        public let place: Diagnostic.Place?
        /// The expression.
        public let text: ExpressionText

        /// A name and its expression, from the file or not.
        public init(_ name: String, text: ExpressionText, at place: Diagnostic.Place? = nil) {
            self.name = name
            self.text = text
            self.place = place
        }
    }

    /// The entries, in the order of the file.
    public let entries: [Entry]

    /// A table of these entries.
    public init(_ entries: [Entry]) { self.entries = entries }

    /// In help and messages, an option expects a table.
    public static var shape: OptionShape { .other("a table of expressions such as { decade = 'year - year % 10' }") }

    /// Reads the table from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        guard let table = input.table else { throw input.mismatch(Self.shape) }
        var entries: [Entry] = []
        for entry in table.entries {
            let value = OptionInput(entry.value, interpolation: input.interpolations)
            entries.append(Entry(entry.key, text: try ExpressionText(from: value), at: .text(entry.keyRange)))
        }
        self.entries = entries
    }

    /// The table as it is written in a pipeline file.
    public var literal: String {
        "{ " + entries.map { "\($0.name) = \($0.text.literal)" }.joined(separator: ", ") + " }"
    }
}
