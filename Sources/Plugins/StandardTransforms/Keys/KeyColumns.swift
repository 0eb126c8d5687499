internal import PluginKit

/// The columns that together are a key.
enum KeyColumns {
    /// Where they are in the input.
    ///
    /// - Parameters:
    ///   - names: What an option names.
    ///   - input: The columns that there are.
    ///   - place: Where the option was written.
    /// - Returns: The columns, in the order of the option.
    /// - Throws: `schema.unknown-column` for each that there is not, and `keys.column-twice`.
    static func fields(
        _ names: [ColumnName],
        of input: Schema,
        at place: Diagnostic.Place?
    ) throws(DiagnosticList) -> [Field] {
        var problems = DiagnosticList()
        var fields: [Field] = []
        for (index, name) in names.enumerated() {
            if names[..<index].contains(name) {
                problems.append(
                    Diagnostic("keys.column-twice", "the column '\(name.name)' is named twice", at: place)
                )
                continue
            }
            do throws(Diagnostic) {
                fields.append(try input.field(name.name, at: place))
            } catch {
                problems.append(error)
            }
        }
        try problems.throwIfErrors()
        return fields
    }
}
