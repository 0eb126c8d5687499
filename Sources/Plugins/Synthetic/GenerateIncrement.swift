internal import PluginKit

/// The sequence that grows from row to row, and tells a row from every other.
struct GenerateIncrement: Sendable {
    /// What its column is called.
    let name: String
    private let first: Int64

    /// The sequence that an option names, or else the first one; nil if there is none.
    ///
    /// A sequence with nulls in between is none: rows without a number could not be told apart.
    ///
    /// - Parameters:
    ///   - chosen: The name of the option; nil if it was not given.
    ///   - place: Where it was written.
    ///   - columns: All columns.
    /// - Throws: `generate.increment` if no such sequence has the name.
    init?(
        _ chosen: ColumnName?,
        at place: Diagnostic.Place?,
        of columns: [GeneratedColumn]
    ) throws(Diagnostic) {
        let sequences = columns.compactMap { column -> (name: String, first: Int64)? in
            guard case .sequence(let first) = column.values, column.nulls == .none else { return nil }
            return (column.name, first)
        }
        if let chosen, !sequences.contains(where: { $0.name == chosen.name }) {
            throw Diagnostic(
                "generate.increment",
                message: "'\(chosen.name)' is no sequence without nulls",
                at: place,
                hint: sequences.isEmpty
                    ? "add a column such as \"id: sequence\"" : hint(for: chosen.name, among: sequences.map(\.name))
            )
        }
        guard let found = sequences.first(where: { chosen == nil || $0.name == chosen?.name }) else { return nil }
        (name, first) = found
    }

    /// The first row that has this value or a larger one, from 0.
    func row(of value: Int64) -> Int {
        guard value > first else { return 0 }
        return Int(clamping: value.subtractingReportingOverflow(first).overflow ? .max : value - first)
    }
}
