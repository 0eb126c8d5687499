public import Diagnostics
public import Options

/// A call of an aggregate, such as `sum(rating * 2) as points`: its name, its arguments as expressions with their places,
/// and the name of the result.
///
/// The arguments are evaluated for each record (`Expression`); what is done with their values is the matter of the
/// transform that knows the name.
public struct AggregateText: OptionValue, Hashable {
    /// The name: `sum`.
    public let name: String
    /// The arguments; none for `count()`.
    public let arguments: [ExpressionText]
    /// What stands after `as`; nil if there is none.
    public let result: String?
    /// The whole text.
    public let text: ExpressionText
    private let nameRange: Range<Int>

    /// Where the name is written.
    public var placeOfName: Diagnostic.Place { .text(text.range(of: nameRange)) }

    /// Parses a call; its arguments are parsed as well, and not checked.
    ///
    /// - Throws: `expression.aggregate` if the text is another expression; a finding of the grammar.
    public init(_ text: ExpressionText) throws(Diagnostic) {
        var parser = try Parser(text)
        let tree = try parser.expression()
        guard case .call(let name, let arguments, let place) = tree.node, place.lowerBound == tree.range.lowerBound
        else {
            throw parser.finding(
                "expression.aggregate",
                message: "this is not an aggregate",
                at: tree.range,
                hint: "an aggregate is a name and what it is computed of: sum(rating), count()"
            )
        }
        result = try parser.result(of: tree)
        self.name = name
        self.arguments = arguments.map { text.part($0.range) }
        self.text = text
        nameRange = place
    }

    /// In help and messages, an option expects an aggregate.
    public static var shape: OptionShape { .other("an aggregate such as \"mean(rating) as rating\"") }

    /// Reads the call from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        try self.init(try ExpressionText(from: input))
    }

    /// The call as it is written in a pipeline file.
    public var literal: String { text.literal }
}

extension Parser {
    /// The name after `as`, and the end.
    fileprivate mutating func result(of tree: SyntaxTree) throws(Diagnostic) -> String? {
        if token.kind == .end { return nil }
        guard token.kind == .name("as") else {
            throw finding(
                "expression.syntax",
                message: "expected 'as' and a name after '\(text.written(tree.range))', found \(found)",
                at: token.range,
                hint: nil
            )
        }
        advance()
        let result: String
        switch token.kind {
        case .name(let name): result = name
        case .quotedName(let name): result = name
        default:
            throw finding(
                "expression.syntax",
                message: "expected a name after 'as', found \(found)",
                at: token.range,
                hint: "a name with blanks or signs, or that of a keyword, stands in backticks"
            )
        }
        advance()
        guard token.kind == .end else {
            throw finding(
                "expression.syntax",
                message: "the aggregate ends before \(found)",
                at: token.range,
                hint: "a name with blanks or signs stands in backticks"
            )
        }
        return result
    }
}
