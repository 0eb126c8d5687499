extension Batch {
    /// Notes something about records that are handed on, for the report: `3 times without a zone, …`.
    ///
    /// The engine adds up what is remarked in the same words about all batches of a stage, also over the attempts of a run.
    ///
    /// - Parameters:
    ///   - count: About how many records; nothing is noted about none.
    ///   - words: What there is to say, in words that fit after a number.
    ///   - one: The words that fit after 1; nil for the same.
    public mutating func remark(on count: Int, words: String, one: String? = nil) {
        remark(Remark(words, count: count, one: one))
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
