package import PluginKit

/// Moves each record to one of several outputs, by the value of a column.
package struct Route: Transform {
    package static let name = "route"
    package static let summary = "Moves each record to one of several outputs, by the value of a column."
    package static let details = """
        An output is a name, a colon and its values, separated by `|`. Another stage reads it by the name of this \
        stage, a dot and the name of the output: `from = "kinds.films"`. Texts are compared exactly. The values of a \
        column of whole or decimal numbers are numbers, those of a column of dates are days such as `2026-11-30`, and \
        those of a column of booleans are `true` and `false`.

        A record with another value, or with null in this column, goes to the output given by `rest`; without `rest` \
        it is left out and counted as `no route`.
        """
    package static let example: String? = """
        [[transform]]
        name = "kinds"
        use = "route"
        by = "type"
        outputs = ["films: movie", "television: show|season|episode"]
        rest = "others"

        [[sink]]
        use = "csv"
        from = "kinds.films"
        path = "exports/films.csv"
        """

    package struct Options: OptionGroup {
        @Option("The column that decides; it holds text, whole or decimal numbers, dates or booleans.")
        package var by: ColumnName

        @Option("The outputs, each with its values.")
        package var outputs: [RouteOutput]

        @Option("The output of all other records. Default: they are left out.")
        package var rest: String?

        package init() {}
    }

    package let outputs: [Output]
    private let routes: Routes
    private let column: String

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        column = options.by.name
        let field = try input.field(options.by.name, at: options.$by)
        guard [.text, .integer, .decimal, .date, .boolean].contains(field.kind) else {
            throw Diagnostic(
                "route.kind",
                message: "the column '\(options.by.name)' is \(field.kind)",
                at: options.$by,
                hint: "allowed: text, whole and decimal numbers, dates and booleans"
            )
        }
        guard !options.outputs.isEmpty else {
            throw Diagnostic(
                "route.no-outputs",
                message: "there is no output",
                at: options.$outputs,
                hint: "such as [\"films: movie\", \"television: show|episode\"]"
            )
        }
        routes = try Routes(options.outputs, rest: options.rest, at: options.$rest, by: field)
        outputs = routes.names.map { Output($0, schema: input) }
    }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Void,
        outputs: inout Outputs
    ) {
        let routes = routes.outputs(of: batch)
        var rows = [[UInt32]](repeating: [], count: outputs.count)
        for (row, output) in routes.enumerated() {
            if let output { rows[output].append(UInt32(truncatingIfNeeded: row)) }
        }
        let all = batch.count
        let gone = all - rows.reduce(0) { $0 + $1.count }
        // A batch that goes to one output is moved unchanged.
        for output in rows.indices.dropFirst() where !rows[output].isEmpty {
            outputs[output] = rows[output].count == all ? batch : batch.gathered(rows[output])
        }
        if rows[0].count < all { batch.keep(rows: rows[0]) }
        batch.noteFiltered(gone, because: "no route")
    }
}

extension Route {
    /// The column that decides.
    package var needs: Needs { .columns([column]) }
}
