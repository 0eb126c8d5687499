internal import PluginKit

/// The sequence that grows from row to row and identifies a row.
struct GenerateIncrement: Sendable {
    /// The name of its column.
    let name: String
    private let first: Int64

    /// Finds the sequence that an option names, or else the first one; nil if there is no sequence.
    ///
    /// A sequence with nulls is not a candidate: its rows without a number could not be identified.
    ///
    /// - Parameters:
    ///   - chosen: The name in the option; nil if it is not set.
    ///   - place: Where the option is written.
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
                message: "'\(chosen.name)' is not a sequence without nulls",
                at: place,
                hint: sequences.isEmpty
                    ? "add a column such as \"id: sequence\"" : hint(for: chosen.name, among: sequences.map(\.name))
            )
        }
        guard let found = sequences.first(where: { chosen == nil || $0.name == chosen?.name }) else { return nil }
        (name, first) = found
    }

    /// The first row with this value or a larger one, from 0.
    func row(of value: Int64) -> Int {
        guard value > first else { return 0 }
        return Int(clamping: value.subtractingReportingOverflow(first).overflow ? .max : value - first)
    }
}
