internal import PluginKit

/// The columns that a file has, in its order.
struct ColumnChoice: Sendable {
    /// What they are called.
    let names: [String]
    /// Where they are in the input.
    let fields: [Field]

    /// The columns chosen, or all.
    ///
    /// - Parameters:
    ///   - chosen: The names of the option; nil for all columns.
    ///   - input: The columns that there are.
    ///   - place: Where the option was written.
    /// - Throws: `schema.unknown-column` for each that there is not, `files.column-twice`, `files.no-columns`.
    init(_ chosen: [ColumnName]?, of input: Schema, at place: Diagnostic.Place?) throws(DiagnosticList) {
        var problems = DiagnosticList()
        var fields: [Field] = []
        names = chosen.map { $0.map(\.name) } ?? input.names
        var seen: Set<String> = []
        for name in names {
            guard !problems.isFull else {
                problems.leaveOut()
                continue
            }
            if !seen.insert(name).inserted {
                problems.append(
                    Diagnostic("files.column-twice", message: "the column '\(name)' is named twice", at: place)
                )
                continue
            }
            do throws(Diagnostic) {
                fields.append(try input.field(name, at: place))
            } catch {
                problems.append(error)
            }
        }
        if names.isEmpty {
            problems.append(
                Diagnostic(
                    "files.no-columns",
                    message: "there is no column to write",
                    at: place,
                    hint: chosen == nil ? nil : "name one at least, or take the option out"
                )
            )
        }
        try problems.throwIfErrors()
        self.fields = fields
    }
}
