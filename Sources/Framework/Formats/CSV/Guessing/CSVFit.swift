/// How well the beginning of a file fits a dialect that is stated.
public struct CSVFit: Sendable, Hashable {
    /// Whether something speaks against the dialect.
    public let isDoubtful: Bool
    /// What speaks against it, as a clause.
    public let words: String

    /// Parses the beginning of a text with what is known of its dialect.
    ///
    /// - Parameters:
    ///   - text: The text, as UTF-8, without a byte order mark.
    ///   - isWhole: Whether that is all of it.
    ///   - known: What is known.
    public init(_ text: [UInt8], isWhole: Bool, known: CSVKnownDialect) {
        var text = text
        if let lines = known.skippedLines { text.removeFirst(CSVGuess.length(of: lines, in: text)) }
        let sample = CSVSample(text, isWhole: isWhole, syntax: known.syntax)
        guard let header = sample.records.first?.fields.count, sample.records.count > 1 else {
            (isDoubtful, words) = (false, "")
            return
        }
        let others = sample.records.dropFirst().count { $0.fields.count != header }
        if sample.usualWidth == 1 {
            (isDoubtful, words) = (true, "its records have one field")
        } else {
            isDoubtful = 2 * others > sample.records.count
            words = "its header has \(header.counted("field")), and most records have \(sample.usualWidth)"
        }
    }
}
