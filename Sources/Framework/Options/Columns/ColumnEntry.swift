/// One column with what it becomes, for an option of a transform: `"seen as day: date %d.%m.%Y"`.
///
/// It is written like an entry of `ColumnDeclarations`, and knows its place in the file, so that a finding about it points
/// at it and not at the whole list.
package struct ColumnEntry: OptionValue {
    /// The column, its new name and kind.
    package let column: DeclaredColumn
    /// The entry as it is written.
    package let text: String
    /// Where the entry is written; nil if it is not from a file.
    package let place: Diagnostic.Place?

    package static var shape: OptionShape { .other("a column such as \"seen: date %d.%m.%Y\"") }

    package init(from input: OptionInput) throws(Diagnostic) {
        text = try input.text(expected: Self.shape)
        let parser = ColumnDeclarationParser(text, in: input)
        guard !parser.isRest else {
            throw Diagnostic(
                "columns.rest",
                message: "\"*\" stands for columns that are not listed, and this option changes only those that are",
                at: .text(input.range),
                hint: "remove it: all other columns stay as they are"
            )
        }
        column = try parser.column()
        place = .text(input.range)
    }

    package var literal: String { column.text.literal }
}
