/// An expression of a pipeline file as it is written: its text, and the place of each of its bytes.
///
///     @Option("Which records to keep.") var where: ExpressionText
///
/// It is parsed and checked when the columns of the input are known: `Expression.init(_:for:wants:as:)`.
public struct ExpressionText: OptionValue, Hashable {
    /// The text, without the quotes of the file and with its escapes replaced.
    public let text: String
    /// The text in UTF-8.
    let bytes: [UInt8]
    private let source: Source

    private enum Source: Sendable {
        case option(OptionInput)
        case own(SourceText)
        /// A part of another text, from an offset on.
        indirect case part(of: ExpressionText, from: Int)
    }

    /// A text that is not from a pipeline file; `name` is what messages show instead of the path of a file.
    public init(_ text: String, name: String = "expression") {
        self.text = text
        bytes = Array(text.utf8)
        source = .own(SourceText(bytes, name: name))
    }

    private init(part range: Range<Int>, of whole: ExpressionText) {
        bytes = Array(whole.bytes[range])
        text = String(decoding: bytes, as: UTF8.self)
        source = .part(of: whole, from: range.lowerBound)
    }

    /// In help and messages, an option expects an expression.
    public static var shape: OptionShape { .other("an expression such as 'year >= 1990'") }

    /// Reads the text from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        text = try input.text(expected: Self.shape)
        bytes = Array(text.utf8)
        source = .option(input)
    }

    /// The text as it is written in a pipeline file.
    public var literal: String { text.literal }

    /// The name of a column if the expression is nothing else.
    public var column: String? {
        if case .column(let name)? = try? Parser.tree(of: self).node { name } else { nil }
    }

    /// The place of the whole text.
    public var place: Diagnostic.Place { .text(range(of: bytes.indices)) }

    /// A part of the text as an expression of its own, such as an argument.
    func part(_ range: Range<Int>) -> ExpressionText { ExpressionText(part: range, of: self) }

    /// Where bytes of the text are in the file.
    func range(of part: Range<Int>) -> SourceRange {
        switch source {
        case .option(let input): input.range(of: part, in: bytes)
        case .own(let text): text[part]
        case .part(let whole, let from): whole.range(of: part.lowerBound + from..<part.upperBound + from)
        }
    }

    /// Whether two texts are equal, wherever they are written.
    public static func == (left: ExpressionText, right: ExpressionText) -> Bool { left.bytes == right.bytes }
    /// Hashes the text.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension ExpressionText: ExpressibleByStringLiteral {
    /// Allows writing the text as a string.
    public init(stringLiteral text: String) { self.init(text) }
}
