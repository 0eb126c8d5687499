package import Expressions
package import PluginKit

/// Rejects records that break a rule.
package struct Validate: MapTransform {
    package static let name = "validate"
    package static let summary = "Rejects records that break a rule, with the name of the rule."
    package static let details = """
        Each entry of `rules` is a name and a condition, an [expression](../expressions.md) that is true or false. A \
        record for which one of them is false is rejected with `validate.rule`; the reason names all rules that it \
        breaks, so they are best named after what is right: `year_is_plausible`. How many rejected records a run \
        tolerates, and where they are written, is stated by `on_reject` and `rejects` under `[run]`.

        A comparison with null is false, except `==` and `!=`: a rule for a column that may be null allows it, as in \
        `rating is null or rating in 1..10`. A record for which a rule has no value, such as a text that is not a \
        number, breaks it too.
        """
    package static let example: String? = """
        [[transform]]
        use = "validate"

        [transform.rules]
        has_title = 'not is_blank(title)'
        rating_in_range = 'rating is null or rating in 1..10'
        """

    package struct Options: OptionGroup {
        @Option("The rules, each with its condition: { has_title = 'not is_blank(title)' }.")
        package var rules: ExpressionTable

        package init() {}
    }

    /// A rule and its condition.
    private struct Rule: Sendable {
        let name: String
        let condition: Expression
    }

    package let output: Schema
    private let rules: [Rule]

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        var problems = DiagnosticList()
        if options.rules.entries.isEmpty {
            problems.append(
                Diagnostic(
                    "validate.no-rules",
                    message: "there is no rule",
                    at: options.$rules,
                    hint: "such as { has_title = 'not is_blank(title)' }"
                )
            )
        }
        var rules: [Rule] = []
        for entry in options.rules.entries {
            do throws(DiagnosticList) {
                let condition = try Expression(
                    entry.text,
                    for: input,
                    wants: .condition,
                    as: entry.name,
                    context: context.expressions
                )
                for warning in condition.warnings { context.log.sayOncePerPlace(warning) }
                rules.append(Rule(name: entry.name, condition: condition))
            } catch {
                problems.append(contentsOf: error)
            }
        }
        try problems.throwIfErrors()
        output = input
        self.rules = rules
    }

    package func apply(to batch: inout Batch) {
        // What each record breaks, only for those that break something.
        var broken: [Int: [String]] = [:]
        for rule in rules {
            let choice = rule.condition.rows(of: batch)
            guard choice.rows.count < batch.count else { continue }
            let failures = Dictionary(choice.failures.map { ($0.row, $0.reason) }) { first, _ in first }
            var next = choice.rows.startIndex
            for row in 0..<batch.count {
                if next < choice.rows.endIndex, Int(choice.rows[next]) == row {
                    next += 1
                } else {
                    broken[row, default: []].append(failures[row].map { "\(rule.name) (\($0))" } ?? rule.name)
                }
            }
        }
        guard !broken.isEmpty else { return }
        batch.reject { _, row in
            broken[row].map {
                ("validate.rule", ($0.count == 1 ? "broken rule: " : "broken rules: ") + $0.joined(separator: ", "))
            }
        }
    }
}

extension Validate {
    /// The columns of all rules.
    package var needs: Needs { .columns(rules.flatMap(\.condition.columns)) }
    package var expressions: [StageExpression] {
        rules.map { StageExpression($0.name, expression: $0.condition) }
    }
}
