extension Batch {
    /// Adds a remark about records that are handed on, for the report: `3 times without a zone, …`.
    ///
    /// The engine adds up remarks with the same text over all batches of a stage, and over the attempts of a run.
    ///
    /// - Parameters:
    ///   - count: The number of records; 0 adds nothing.
    ///   - words: The text that follows a number.
    ///   - one: The text that follows 1; nil for the same text.
    public mutating func remark(on count: Int, words: String, one: String? = nil) {
        remark(Remark(words, count: count, one: one))
    }

    /// Adds a remark about records that are handed on.
    public mutating func remark(_ remark: Remark) {
        if remark.count > 0 { remarks.add(remark) }
    }

    /// Takes the remarks made so far.
    public mutating func takeRemarks() -> [Remark] {
        defer { remarks = [] }
        return remarks
    }

    /// Takes the remarks, filtered counts and rejections of another batch whose records are in this one.
    public mutating func adopt(notesOf other: inout Batch) {
        rejections += other.takeRejections()
        for reason in other.takeFiltered() { filtered.add(reason) }
        for remark in other.takeRemarks() { remarks.add(remark) }
    }
}
