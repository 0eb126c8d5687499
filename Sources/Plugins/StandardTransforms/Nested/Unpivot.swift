package import PluginKit

/// Makes a record of each of several columns.
package struct Unpivot: MapTransform {
    package static let name = "unpivot"
    package static let summary = "Makes a record of each of several columns: wide tables become long ones."
    package static let details = """
        `columns` lists columns by name or by pattern, as in `select`. Each record becomes one for each of them, in the \
        order of the input: `names_to` has the name of the column, `values_to` its value, and all other columns are repeated. \
        The columns are of one kind; [`cast`](transform-cast.md) converts them before.

        With `nulls = "drop"`, no record is made of a null; a record of which nothing is left counts as filtered.
        """
    package static let columns: [ColumnReference] = [
        .init("name", kind: .text, help: "the name of the column; `names_to` gives it another one")
    ]
    package static let example: String? = """
        [[transform]]
        use = "unpivot"
        columns = ["month_*"]
        names_to = "month"
        values_to = "sum"
        """

    /// What happens to nulls.
    package enum Nulls: String, CaseIterable, OptionValue {
        /// They become records, too.
        case keep
        /// No record is made of them.
        case drop
    }

    package struct Options: OptionGroup {
        @Option("The columns: names and patterns.")
        package var columns: [ColumnPattern]

        @Option("The column for the names.")
        package var namesTo: ColumnName = "name"

        @Option("The column for the values.")
        package var valuesTo: ColumnName = "value"

        @Option("What happens to nulls.")
        package var nulls = Nulls.keep

        package init() {}
    }

    package let output: Schema
    /// The columns that become records, each with its name.
    private let sources: [(field: Field, name: String)]
    /// The columns that are repeated.
    private let repeated: [Int]
    private let keepsNulls: Bool

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        var problems = DiagnosticList()
        var chosen: Set<Int> = []
        for pattern in options.columns {
            let found = input.columns.indices.filter { pattern.matches(input.columns[$0].name) }
            if found.isEmpty { problems.append(pattern.matchesNothing(in: input)) }
            chosen.formUnion(found)
        }
        sources = chosen.sorted().map { (Field(index: $0, kind: input.columns[$0].kind), input.columns[$0].name) }
        if let first = sources.first, let other = sources.first(where: { $0.field.kind != first.field.kind }) {
            problems.append(
                Diagnostic(
                    "unpivot.kinds",
                    message: "'\(first.name)' is \(first.field.kind), and '\(other.name)' is \(other.field.kind)",
                    at: options.$columns,
                    hint: "convert them before: [[transform]] with use = \"cast\""
                )
            )
        }
        if options.columns.isEmpty {
            problems.append(
                Diagnostic(
                    "unpivot.no-columns",
                    message: "no column is listed",
                    at: options.$columns,
                    hint: "such as [\"jan\", \"feb\"] or [\"month_*\"]"
                )
            )
        }
        repeated = input.columns.indices.filter { !chosen.contains($0) }
        var columns = repeated.map { input.columns[$0] }
        let value = sources.first.map { input.columns[$0.field.index] } ?? Schema.Column("", kind: .text)
        for (column, place) in [
            (Schema.Column(options.namesTo.name, kind: .text), options.$namesTo),
            (value.renamed(to: options.valuesTo.name), options.$valuesTo),
        ] {
            if columns.contains(where: { $0.name == column.name }) {
                problems.append(
                    Diagnostic(
                        "unpivot.same-name",
                        message: "the column '\(column.name)' already exists",
                        at: place ?? options.$columns,
                        hint: "choose another name with 'names_to' or 'values_to'"
                    )
                )
            }
            columns.append(column)
        }
        try problems.throwIfErrors()
        output = Schema(columns)
        keepsNulls = options.nulls == .keep
    }

    /// The most records that are made of a batch that can be divided.
    private static let mostRecords = 1 << 16

    package func apply(to batch: inout Batch) throws {
        var rows: [UInt32] = []
        var cells: [(row: Int, source: Int)] = []
        var emptyCount = 0
        for row in 0..<batch.count {
            let before = cells.count
            for (source, column) in sources.enumerated() where keepsNulls || !batch.isNull(row, in: column.field) {
                rows.append(UInt32(truncatingIfNeeded: row))
                cells.append((row, source))
            }
            if cells.count == before { emptyCount += 1 }
        }
        var long = batch.gathered(rows)
        guard batch.count == 1 || (rows.count <= Self.mostRecords && long.bytesOfTextInRows <= Batch.usualBytesOfText)
        else {
            throw StageFailure.tooMuchText("what '\(Self.name)' makes of \(batch.count.counted("record"))")
        }
        long.reshape(to: output, from: repeated.map { $0 } + [nil, nil])
        long.replace(Field(index: repeated.count, kind: .text)) { _, out in
            for (_, source) in cells { out.append(sources[source].name) }
        }
        long.replace(Field(index: repeated.count + 1, kind: output.columns[repeated.count + 1].kind)) { _, out in
            for (row, source) in cells { out.append(row, of: batch, in: sources[source].field) }
        }
        long.noteFiltered(emptyCount, because: "without values")
        batch = long
    }
}

extension Unpivot {
    /// The columns that become records: with `nulls = "drop"`, they decide how many there are.
    package var needs: Needs {
        let names = Set(sources.map(\.name))
        var needs = keepsNulls ? Needs() : Needs.columns(names)
        needs.made[output.columns[repeated.count].name] = []
        needs.made[output.columns[repeated.count + 1].name] = names
        return needs
    }
}
