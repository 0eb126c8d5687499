package import Expressions
package import PluginKit

/// Moves each record to one of several outputs, by the value of a column or by conditions.
package struct Route: Transform {
    package static let name = "route"
    package static let summary =
        "Moves each record to one of several outputs, by the value of a column or by conditions."
    package static let details = """
        Another stage reads an output by the name of this stage, a dot and the name of the output: \
        `from = "kinds.films"`. A record goes to one output, and several stages can read it.

        By the value of a column: with `by`, an entry of `outputs` is a name, a colon and values, separated by `|`. \
        Texts are compared exactly. The values of a column of whole or decimal numbers are numbers, those of a column \
        of dates are days such as `2026-11-30`, and those of a column of booleans are `true` and `false`.

        By conditions: each entry of the table `routes` is the name of an output and an \
        [expression](../expressions.md) that is true or false. A record goes to the first output whose condition is \
        true; a record for which a condition has no value, and no earlier one is true, is rejected.

        A record for which there is no output, such as one with another value or null, goes to that given by `rest`; \
        without `rest` it is left out and counted as `no route`.
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
        package var by: ColumnName?

        @Option("The outputs, each with its values, if a column decides.")
        package var outputs: [RouteOutput]?

        @Option("The outputs, each with its condition, in the order in which they are tried.")
        package var routes: ExpressionTable?

        @Option("The output of all other records. Default: they are left out.")
        package var rest: String?

        package init() {}
    }

    package let outputs: [Output]
    private let way: Way
    private let columns: [String]
    private let rest: Int?

    /// What decides.
    private enum Way: Sendable {
        case values(Routes)
        case conditions([Expression])
    }

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        guard let by = options.by else {
            let conditions = try Conditions(options, for: input, in: context)
            way = .conditions(conditions.all)
            columns = conditions.all.flatMap(\.columns)
            rest = options.rest == nil ? nil : conditions.names.count - 1
            outputs = conditions.names.map { Output($0, schema: input) }
            return
        }
        if let routes = options.$routes {
            throw Diagnostic(
                "route.two-ways",
                message: "a column decides, and conditions do",
                at: routes,
                hint: "remove 'by' and 'outputs', or 'routes': by = \"type\" is a condition such as type == \"movie\""
            )
        }
        let field = try input.field(by.name, at: options.$by)
        guard [.text, .integer, .decimal, .date, .boolean].contains(field.kind) else {
            throw Diagnostic(
                "route.kind",
                message: "the column '\(by.name)' is \(field.kind)",
                at: options.$by,
                hint: "allowed: text, whole and decimal numbers, dates and booleans"
            )
        }
        guard let chosen = options.outputs, !chosen.isEmpty else {
            throw Diagnostic(
                "route.no-outputs",
                message: "there is no output",
                at: options.$outputs ?? options.$by,
                hint: "such as [\"films: movie\", \"television: show|episode\"]"
            )
        }
        let routes = try Routes(chosen, rest: options.rest, at: options.$rest, by: field)
        way = .values(routes)
        columns = [by.name]
        rest = routes.rest
        outputs = routes.names.map { Output($0, schema: input) }
    }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Void,
        outputs: inout Outputs
    ) {
        let routes =
            switch way {
            case .values(let routes): routes.outputs(of: batch)
            case .conditions(let conditions): self.outputs(of: &batch, by: conditions)
            }
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

    /// The output of each record: the first whose condition is true.
    ///
    /// Records for which a condition has no value are rejected, unless an earlier one is true.
    private func outputs(of batch: inout Batch, by conditions: [Expression]) -> [Int?] {
        var outputs = [Int?](repeating: nil, count: batch.count)
        var faults = RowFaults()
        for (output, condition) in conditions.enumerated() {
            let choice = condition.rows(of: batch)
            for failure in choice.failures where outputs[failure.row] == nil {
                faults.add(
                    failure.row,
                    code: failure.code,
                    because: "\(self.outputs[output].name): \(failure.reason)"
                )
            }
            for row in choice.rows where outputs[Int(row)] == nil { outputs[Int(row)] = output }
        }
        let kept = outputs.indices.filter { !faults.has($0) }
        let original = batch
        faults.reject(from: &batch, as: original)
        return kept.map { outputs[$0] ?? rest }
    }
}

extension Route {
    /// The columns that decide.
    package var needs: Needs { .columns(columns) }
    package var expressions: [StageExpression] {
        guard case .conditions(let conditions) = way else { return [] }
        return zip(outputs, conditions).map { StageExpression($0.name, expression: $1) }
    }
}
