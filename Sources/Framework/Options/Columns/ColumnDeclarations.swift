internal import Diagnostics

/// The columns of a file: `["id: integer", "seen: date %d.%m.%Y", "movie.ids.tmdb as tmdbID: integer", "*"]`.
///
/// The entries choose the columns and their order. An entry is a name or a path, and then what it needs of: `as` and a
/// new name, a colon and a kind, a format after the kind. `*` stands for all columns that are not listed. A name with a
/// colon, a dot or ` as ` is written in backticks, and a backtick within them twice.
package struct ColumnDeclarations: OptionValue, Sendable, Hashable {
    /// The columns, in order.
    package let columns: [DeclaredColumn]
    /// The index in `columns` before which all other columns come; nil if they are not read.
    package let restIndex: Int?

    /// Whether all columns that are not listed are read, too.
    package var takesRest: Bool { restIndex != nil }

    package static var shape: OptionShape { .list(.other("a column such as \"seen: date %d.%m.%Y\"")) }

    package init(from input: OptionInput) throws(Diagnostic) {
        var columns: [DeclaredColumn] = []
        var restIndex: Int?
        var names: Set<String> = []
        for element in try input.elements(expected: Self.shape) {
            let text = try element.text(expected: .text)
            let parser = ColumnDeclarationParser(text, in: element)
            guard !parser.isRest else {
                guard restIndex == nil else {
                    throw Diagnostic(
                        "columns.twice",
                        message: "\"*\" is there twice",
                        at: .text(element.range),
                        hint: "once is for all columns that are not listed"
                    )
                }
                restIndex = columns.count
                continue
            }
            let column = try parser.column()
            guard names.insert(column.name).inserted else { throw parser.twice(column.name) }
            columns.append(column)
        }
        guard !columns.isEmpty || restIndex != nil else {
            throw Diagnostic(
                "columns.none",
                message: "no column is listed",
                at: .text(input.range),
                hint: "list at least one, or remove the option to read all of them"
            )
        }
        self.columns = columns
        self.restIndex = restIndex
    }

    package var literal: String {
        var texts = columns.map(\.text)
        if let restIndex { texts.insert("*", at: restIndex) }
        return texts.literal
    }
}
