package import PluginKit

/// Moves each record to one of several outputs, by what a column holds.
package struct Route: Transform {
    package static let name = "route"
    package static let summary = "Moves each record to one of several outputs, by what a column holds."
    package static let details = """
        An output is a name, a colon and the values that lead to it, with `|` between them. Another stage reads it with \
        the name of this one before a dot: `from = "kinds.films"`. Texts are compared exactly; the values of a column of \
        whole or decimal numbers are numbers, those of a column of dates days such as `2026-11-30`, and those of a \
        column of booleans `true` and `false`.

        A record whose value leads nowhere, or that has null there, goes to the output named by `rest`; without one it \
        is left out and counted as `no route`.
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

        @Option("The outputs, each with the values that lead to it.")
        package var outputs: [RouteOutput]

        @Option("The output of all other records; they are left out if not given.")
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
                hint: "text, whole and decimal numbers, dates and booleans can lead somewhere"
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
        // A batch of one kind moves as it is.
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
