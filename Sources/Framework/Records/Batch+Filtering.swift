extension Batch {
    /// Keeps the records for which `isKept` is true and remembers why the others were filtered.
    ///
    /// - Parameters:
    ///   - reason: Why, in words that fit behind a number: `shows and episodes`.
    ///   - isKept: Whether to keep the record of a row.
    @inlinable
    public mutating func keep(
        orFilterAs reason: String,
        where isKept: (borrowing Batch, Int) throws -> Bool
    ) rethrows {
        noteFiltered(try keep(where: isKept), because: reason)
    }

    /// Remembers that records were filtered.
    public mutating func noteFiltered(_ count: Int, because reason: String) {
        guard count > 0 else { return }
        filtered.add(Filtered(reason, count: count))
    }

    /// Hands over what was filtered so far.
    public mutating func takeFiltered() -> [Filtered] {
        defer { filtered = [] }
        return filtered
    }
}
