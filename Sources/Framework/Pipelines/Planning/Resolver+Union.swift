internal import Diagnostics
internal import PluginKit
internal import Records
internal import TOML

extension Resolver {
    /// The union of the columns of several inputs, by name; a column contains JSON if it does in all inputs that have
    /// it.
    func union(
        _ inputs: [(name: String, schema: Schema)],
        for section: StageSection
    ) throws(DiagnosticList) -> Schema {
        guard let first = inputs.first else { return [:] }
        guard inputs.count > 1 else { return first.schema }
        var columns = first.schema.columns
        var kinds = Dictionary(columns.map { ($0.name, $0.kind) }) { first, _ in first }
        var problems = DiagnosticList()
        for input in inputs.dropFirst() {
            for column in input.schema.columns {
                guard let kind = kinds[column.name] else {
                    columns.append(column)
                    kinds[column.name] = column.kind
                    continue
                }
                if !column.holdsJSON, let index = columns.firstIndex(where: { $0.name == column.name && $0.holdsJSON })
                {
                    columns[index] = column
                }
                if kind != column.kind {
                    problems.append(
                        Diagnostic(
                            "schema.clash",
                            message: "the column '\(column.name)' is \(kind) in '\(first.name)' "
                                + "and \(column.kind) in '\(input.name)'",
                            at: .text(section.name.range),
                            hint: "rename one of them before they meet"
                        )
                    )
                }
            }
        }
        try problems.throwIfErrors()
        return Schema(columns)
    }
}
