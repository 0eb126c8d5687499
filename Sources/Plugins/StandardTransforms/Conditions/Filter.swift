package import Expressions
package import PluginKit

/// Keeps the records for which a condition is true.
package struct Filter: MapTransform {
    package static let name = "filter"
    package static let summary = "Keeps the records for which a condition is true."
    package static let details = """
        `where` is an [expression](../expressions.md) that is true or false; null counts as false. The others are left \
        out and counted. Null equals null and nothing else, and is neither less nor greater than anything: \
        `rating != 5` keeps records without a rating, `rating < 5` does not.

        A record for which the condition has no value, such as one with `a / b` where b is 0, is rejected, and not left \
        out; `try(…)` makes null of what fails.
        """
    package static let example: String? = """
        [[transform]]
        use = "filter"
        where = 'rating >= 6 and title starts with "The "'
        """

    package struct Options: OptionGroup {
        @Option("The condition for records to keep.")
        package var `where`: ExpressionText

        package init() {}
    }

    package let output: Schema
    private let condition: Expression
    private let reason: String

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        output = input
        condition = try Expression(
            options.where,
            for: input,
            wants: .condition,
            as: "where",
            context: context.expressions
        )
        for warning in condition.warnings { context.log.sayOncePerPlace(warning) }
        reason = "by '\(context.stage)'"
    }

    package func apply(to batch: inout Batch) { condition.keep(in: &batch, orFilterAs: reason) }
}

extension Filter {
    /// The columns of the condition.
    package var needs: Needs { .columns(condition.columns) }
    package var expressions: [StageExpression] { [StageExpression("where", expression: condition)] }
}
