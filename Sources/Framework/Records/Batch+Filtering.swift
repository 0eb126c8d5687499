extension Batch {
    /// Keeps the records for which `isKept` is true and counts the others as filtered, with a reason.
    ///
    /// - Parameters:
    ///   - reason: The reason, as text that fits after a number: `shows and episodes`.
    ///   - isKept: Whether to keep the record of a row.
    @inlinable
    public mutating func keep(
        orFilterAs reason: String,
        where isKept: (borrowing Batch, Int) throws -> Bool
    ) rethrows {
        noteFiltered(try keep(where: isKept), because: reason)
    }

    /// Counts records as filtered.
    public mutating func noteFiltered(_ count: Int, because reason: String) {
        guard count > 0 else { return }
        filtered.add(Filtered(reason, count: count))
    }

    /// Takes the counts of filtered records so far.
    public mutating func takeFiltered() -> [Filtered] {
        defer { filtered = [] }
        return filtered
    }
}
