package import Expressions
package import PluginKit

/// Adds and replaces columns with the values of expressions.
package struct SetColumns: MapTransform {
    package static let name = "set"
    package static let summary = "Adds and replaces columns with the values of expressions."
    package static let details = """
        Each entry of the table is a column and an [expression](../expressions.md). A column that exists is replaced in \
        its place, also by one of another kind; new ones come at the end, in the order of the table. All expressions \
        read the columns as they arrive, so two columns can exchange their values; an expression that needs the result \
        of another belongs into a second `set`.

        The kind of a column is that of its expression, and known before the run. A record for which an expression has \
        no value, such as a number that does not fit, is rejected with the name of the column; `try(…)` makes null of \
        what fails.
        """
    package static let example: String? = """
        [[transform]]
        use = "set"

        [transform.set]
        decade = 'year - year % 10'
        title = 'trim(title)'
        """

    package struct Options: OptionGroup {
        @Option("The columns, each with its expression: { decade = 'year - year % 10' }.")
        package var set: ExpressionTable

        package init() {}
    }

    package let output: Schema
    private let assignments: [Batch.Assignment]
    private let always: [String]

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        var problems = DiagnosticList()
        if options.set.entries.isEmpty {
            problems.append(
                Diagnostic(
                    "set.no-columns",
                    message: "no column is set",
                    at: options.$set,
                    hint: "such as { decade = 'year - year % 10' }"
                )
            )
        }
        var output = input
        var assignments: [Batch.Assignment] = []
        for entry in options.set.entries {
            if entry.name.isEmpty {
                problems.append(
                    Diagnostic(
                        "set.no-name",
                        message: "a column has no name",
                        at: entry.place,
                        hint: "write its name before the equals sign"
                    )
                )
            }
            do throws(DiagnosticList) {
                let value = try Expression(
                    entry.text,
                    for: input,
                    wants: .value,
                    as: entry.name,
                    context: context.expressions
                )
                for warning in value.warnings { context.log.sayOncePerPlace(warning) }
                output = output.adding(entry.name, kind: value.kind ?? .text)
                assignments.append((entry.name, value))
            } catch {
                problems.append(contentsOf: error)
            }
        }
        try problems.throwIfErrors()
        self.output = output
        self.assignments = assignments
        always = assignments.flatMap(\.value.columns)
    }

    package func apply(to batch: inout Batch) { batch.compute(assignments, schema: output) }
}

extension SetColumns {
    package var expressions: [StageExpression] {
        assignments.map { StageExpression($0.column, expression: $0.value) }
    }

    /// The columns of the expressions: one that has no value rejects its record.
    package var needs: Needs {
        var needs = Needs.columns(always)
        for (column, value) in assignments { needs.made[column] = Set(value.columns) }
        return needs
    }
}
