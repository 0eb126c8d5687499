internal import PluginKit

/// The columns of a file, in order.
struct ColumnChoice: Sendable {
    /// The names of the columns.
    let names: [String]
    /// The positions of the columns in the input.
    let fields: [Field]

    /// Creates the chosen columns, or all.
    ///
    /// - Parameters:
    ///   - chosen: The names in the option; nil for all columns.
    ///   - input: The columns of the input.
    ///   - place: Where the option is written.
    /// - Throws: `schema.unknown-column` for each missing column, `files.column-twice`, `files.no-columns`.
    init(_ chosen: [ColumnName]?, of input: Schema, at place: Diagnostic.Place?) throws(DiagnosticList) {
        names = chosen.map { $0.map(\.name) } ?? input.names
        if names.isEmpty {
            let problem = Diagnostic(
                "files.no-columns",
                message: "there is no column to write",
                at: place,
                hint: chosen == nil ? nil : "name at least one, or remove the option"
            )
            throw DiagnosticList([problem])
        }
        fields = try input.fields(names, at: place) { name in
            Diagnostic("files.column-twice", message: "the column '\(name)' is named twice", at: place)
        }
    }
}
