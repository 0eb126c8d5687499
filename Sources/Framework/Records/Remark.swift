internal import Diagnostics

/// A number of records and what there is to say about them; they are handed on all the same.
public struct Remark: Sendable, Hashable {
    /// What there is to say, in words that fit after a number; those for one record, if they are others, after a
    /// unit separator.
    ///
    /// One text for both, so that a stored remark has both.
    public let words: String
    /// About how many records.
    public var count: Int

    /// Something about a number of records.
    ///
    /// - Parameters:
    ///   - words: What there is to say, in words that fit after a number.
    ///   - count: About how many records.
    ///   - one: The words that fit after 1; nil for the same.
    public init(_ words: String, count: Int, one: String? = nil) {
        self.words = one.map { "\(words)\(Self.separator)\($0)" } ?? words
        self.count = count
    }

    private static let separator: Character = "\u{1F}"

    /// The count and the words.
    public var text: String {
        let forms = words.split(separator: Self.separator, maxSplits: 1)
        guard forms.count == 2 else { return "\(count.inGroups) \(words)" }
        return "\(count.inGroups) \(count == 1 ? forms[1] : forms[0])"
    }
}

extension [Remark] {
    /// Adds a count to that of the same words.
    public mutating func add(_ more: Remark) {
        if let index = firstIndex(where: { $0.words == more.words }) {
            self[index].count += more.count
        } else {
            append(more)
        }
    }
}
