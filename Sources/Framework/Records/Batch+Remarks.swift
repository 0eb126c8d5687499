internal import Diagnostics

extension Batch {
    /// Notes something about records that are handed on, for the report: `3 times without a zone, …`.
    ///
    /// The engine adds up what is remarked in the same words about all batches of a stage, also over the attempts of a run.
    ///
    /// - Parameters:
    ///   - count: About how many records; nothing is noted about none.
    ///   - words: What there is to say, in words that fit after a number.
    ///   - one: The words that fit after 1; nil for the same.
    public mutating func remark(on count: Int, _ words: String, one: String? = nil) {
        remark(Remark(words, count, one: one))
    }

    /// Notes something about records that are handed on.
    package mutating func remark(_ remark: Remark) {
        if remark.count > 0 { remarks.add(remark) }
    }

    /// Hands over what was noted so far.
    public mutating func takeRemarks() -> [Remark] {
        defer { remarks = [] }
        return remarks
    }

    /// Takes what was noted, filtered and rejected from another batch, whose records are in this one.
    package mutating func adopt(notesOf other: inout Batch) {
        rejections += other.takeRejections()
        for reason in other.takeFiltered() { filtered.add(reason) }
        for remark in other.takeRemarks() { remarks.add(remark) }
    }
}

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
    public init(_ words: String, _ count: Int, one: String? = nil) {
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
