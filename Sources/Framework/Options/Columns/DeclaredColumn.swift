package import Formats
package import Records

/// One entry of `columns`: where the values come from, and what they become.
package struct DeclaredColumn: Sendable, Hashable {
    /// The keys from a record's object down to the value; in a CSV file they are one name, joined by dots.
    package let source: [String]
    /// The name of the column.
    package let name: String
    /// What the values are converted to; nil if nothing is declared.
    package let kind: Schema.Kind?
    /// Whether values are kept as the JSON that they are written in.
    package let holdsJSON: Bool
    /// How instants or dates are written; nil for ISO 8601.
    package let format: TimeFormat?

    /// Creates an entry.
    ///
    /// - Parameters:
    ///   - source: The keys from a record's object down to the value.
    ///   - name: The name of the column.
    ///   - kind: What the values are converted to; nil if nothing is declared.
    ///   - holdsJSON: Whether values are kept as the JSON that they are written in.
    ///   - format: How instants or dates are written; nil for ISO 8601.
    package init(source: [String], name: String, kind: Schema.Kind?, holdsJSON: Bool, format: TimeFormat?) {
        self.source = source
        self.name = name
        self.kind = kind
        self.holdsJSON = holdsJSON
        self.format = format
    }

    /// The name in the header of a CSV file.
    package var header: String { source.joined(separator: ".") }

    /// What converts texts to the declared kind; nil if none is declared.
    ///
    /// - Parameters:
    ///   - words: The words for true and false.
    ///   - hasDecimalComma: Whether numbers have a comma before the fraction.
    /// - Returns: A reader with the format of the entry.
    package func reader(words: BooleanWords = .standard, hasDecimalComma: Bool = false) -> CellReader? {
        kind.map { CellReader($0, format: format, words: words, hasDecimalComma: hasDecimalComma) }
    }

    /// The entry as it is written in a pipeline file, without quotes.
    package var text: String {
        var text = source.count == 1 ? Self.text(source[0]) : source.map(Self.text).joined(separator: ".")
        if name != header { text += " as \(Self.text(name))" }
        if holdsJSON { text += ": json" } else if let kind { text += ": \(kind.rawValue)" }
        if let format { text += " \(format.text)" }
        return text
    }

    /// A name, in backticks if it would be read as something else without.
    private static func text(_ name: String) -> String {
        let isPlain =
            !name.isEmpty && name != "*" && !name.hasPrefix(" ") && !name.hasSuffix(" ") && !name.hasPrefix("as ")
            && !name.contains { ":.`".contains($0) } && !name.contains(" as ")
        guard !isPlain else { return name }
        return "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }
}
