/// What is known of the dialect of a CSV file; nil for what is not.
public struct CSVKnownDialect: Sendable, Hashable {
    /// The text between two fields.
    public var delimiter: String?
    /// The quote; nil within for a file without quotes.
    public var quote: Unicode.Scalar??
    /// How a quote within quotes is written.
    public var escape: CSVSyntax.Escape?
    /// The sign at the start of comments; nil within for a file without comments.
    public var comment: Unicode.Scalar??
    /// The encoding.
    package var encoding: TextEncoding?
    /// Whether there is a header.
    public var hasHeader: Bool?
    /// The number of lines before the header or the first record.
    public var skippedLines: Int?

    /// A dialect of which everything has yet to be stated or guessed.
    public init() {}

    /// The syntax, with commas, double quotes and without comments where nothing is known.
    public var syntax: CSVSyntax {
        CSVSyntax(
            delimiter: delimiter ?? ",",
            quote: quote ?? "\"",
            escape: escape ?? .doubled,
            comment: comment ?? nil
        )
    }

    /// Why the signs cannot be used together, as a sentence; nil if they can.
    public var problem: String? {
        CSVSyntax.problem(
            delimiter: delimiter ?? ",",
            quote: quote ?? "\"",
            escape: escape ?? .doubled,
            comment: comment ?? nil
        )
    }
}
