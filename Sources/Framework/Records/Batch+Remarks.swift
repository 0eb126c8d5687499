extension Batch {
    /// Notes something about records that are handed on, for the report: `3 times without a zone, …`.
    ///
    /// The engine adds up what is remarked in the same words about all batches of a stage, also over the attempts of a run.
    ///
    /// - Parameters:
    ///   - count: About how many records; nothing is noted about none.
    ///   - words: What there is to say, in words that fit after a number.
    public mutating func remark(on count: Int, _ words: String) {
        guard count > 0 else { return }
        remarks.add(Remark(words, count))
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
    /// What there is to say, in words that fit after a number.
    public let words: String
    /// About how many records.
    public var count: Int

    /// Something about a number of records.
    public init(_ words: String, _ count: Int) {
        self.words = words
        self.count = count
    }

    /// The count and the words.
    public var text: String { "\(count) \(words)" }
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
