package import Expressions
internal import PluginKit

/// A column of the result of an aggregate: `mean(rating) as rating`.
package struct AggregateCall: OptionValue {
    /// A function over the records of a group.
    enum Function: String, CaseIterable {
        case count, countDistinct = "count_distinct", sum, mean, min, max, first, last, any, median, quantile
        case joinText = "join_text"
    }

    let function: Function
    /// What it is computed of; nil for `count()`.
    let argument: ExpressionText?
    /// The constant after that.
    let constant: ExpressionText?
    /// The name of the new column.
    let name: String
    let text: ExpressionText

    var place: Diagnostic.Place { text.place }

    package static var shape: OptionShape { AggregateText.shape }

    package init(from input: OptionInput) throws(Diagnostic) {
        let call = try AggregateText(from: input)
        guard let function = Function(rawValue: call.name) else {
            let names = Function.allCases.map(\.rawValue)
            throw Diagnostic(
                "aggregate.function",
                message: "there is no function '\(call.name)' here",
                at: call.placeOfName,
                hint: Self.foreign[call.name.lowercased()].map { "it is called '\($0)' here" }
                    ?? hint(for: call.name, among: names)
            )
        }
        let expected = Self.arguments(of: function)
        guard expected.counts.contains(call.arguments.count) else {
            throw Self.wrong("\(call.name) takes \(expected.words)", at: call.placeOfName)
        }
        self.function = function
        text = call.text
        argument = call.arguments.first
        constant = call.arguments.count == 2 ? call.arguments[1] : nil
        if let name = call.result {
            self.name = name
        } else if let argument {
            guard let column = argument.column else {
                throw Self.wrong("what is computed of '\(argument.text)' has no name", at: argument.place)
            }
            name = "\(call.name)_\(column)"
        } else {
            name = call.name
        }
    }

    package var literal: String { text.literal }

    /// What other programs call a function.
    private static let foreign = [
        "avg": "mean", "average": "mean", "total": "sum", "minimum": "min", "maximum": "max", "any_value": "any",
        "count_unique": "count_distinct", "nunique": "count_distinct", "n_unique": "count_distinct",
        "percentile": "quantile", "percentile_cont": "quantile", "quantile_cont": "quantile", "string_agg": "join_text",
        "group_concat": "join_text", "listagg": "join_text",
    ]

    private static func arguments(of function: Function) -> (counts: ClosedRange<Int>, words: String) {
        switch function {
        case .count: (0...1, "one expression or none")
        case .quantile: (2...2, "an expression and a number from 0 to 1, such as quantile(rating, 0.9)")
        case .joinText:
            (1...2, "an expression and what to write between the texts, such as join_text(title, \", \")")
        default: (1...1, "one expression")
        }
    }

    static func wrong(_ message: String, at place: Diagnostic.Place?) -> Diagnostic {
        Diagnostic(
            "aggregate.call",
            message: message,
            at: place,
            hint: "such as \"count() as plays\", \"mean(rating) as rating\" or \"sum(price * amount) as total\""
        )
    }
}
