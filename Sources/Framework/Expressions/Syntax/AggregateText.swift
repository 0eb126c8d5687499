public import Diagnostics
public import Options

/// A call of an aggregate, such as `sum(rating * 2)`: its name, and its arguments as expressions with their places.
///
/// The arguments are evaluated for each record (`Expression`); what is done with their values is the matter of the
/// transform that knows the name.
public struct AggregateText: OptionValue, Hashable {
    /// The name: `sum`.
    public let name: String
    /// The arguments; none for `count()`.
    public let arguments: [ExpressionText]
    /// The whole call.
    public let text: ExpressionText
    private let nameRange: Range<Int>

    /// Where the name is written.
    public var placeOfName: Diagnostic.Place { .text(text.range(of: nameRange)) }

    /// Parses a call; its arguments are parsed as well, and not checked.
    ///
    /// - Throws: `expression.aggregate` if the text is another expression; a finding of the grammar.
    public init(_ text: ExpressionText) throws(Diagnostic) {
        let tree = try Parser.tree(of: text)
        guard case .call(let name, let arguments, let place) = tree.node, place.lowerBound == tree.range.lowerBound
        else {
            throw Diagnostic(
                "expression.aggregate",
                message: "this is no aggregate",
                category: .usage,
                at: .text(text.range(of: tree.range)),
                hint: "an aggregate is a name and what it is computed of: sum(rating), count()"
            )
        }
        self.name = name
        self.arguments = arguments.map { text.part($0.range) }
        self.text = text
        nameRange = place
    }

    /// In help and messages, an option expects an aggregate.
    public static var shape: OptionShape { .other("an aggregate such as 'sum(rating)'") }

    /// Reads the call from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        try self.init(try ExpressionText(from: input))
    }

    /// The call as it is written in a pipeline file.
    public var literal: String { text.literal }
}
