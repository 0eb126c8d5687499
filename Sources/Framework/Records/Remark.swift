internal import Diagnostics

/// A remark about a number of records, which are handed on nevertheless.
public struct Remark: Sendable, Hashable {
    /// The text that follows a number; if the text for one record differs, it follows after a unit separator.
    ///
    /// One string for both, so that a stored remark has both.
    public let words: String
    /// The number of records.
    public var count: Int

    /// Creates a remark.
    ///
    /// - Parameters:
    ///   - words: The text that follows a number.
    ///   - count: The number of records.
    ///   - one: The text that follows 1; nil for the same text.
    public init(_ words: String, count: Int, one: String? = nil) {
        self.words = one.map { "\(words)\(Self.separator)\($0)" } ?? words
        self.count = count
    }

    private static let separator: Character = "\u{1F}"

    /// The count and the text.
    public var text: String {
        let forms = words.split(separator: Self.separator, maxSplits: 1)
        guard forms.count == 2 else { return "\(count.inGroups) \(words)" }
        return "\(count.inGroups) \(count == 1 ? forms[1] : forms[0])"
    }
}

extension [Remark] {
    /// Adds the count of another remark with the same text.
    public mutating func add(_ more: Remark) {
        if let index = firstIndex(where: { $0.words == more.words }) {
            self[index].count += more.count
        } else {
            append(more)
        }
    }
}
