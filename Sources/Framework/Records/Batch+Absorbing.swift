extension Batch {
    /// Removes all records because a memory has taken them: they come out later or in another form, such as a sum.
    ///
    /// They count as combined and no longer have an origin of their own.
    public mutating func absorb() {
        combined += count
        removeRecords()
    }

    /// Removes the records for which `isTaken` is true, because a memory has taken them.
    public mutating func absorb(where isTaken: (borrowing Batch, Int) throws -> Bool) rethrows {
        let taken = try keep { batch, row in try !isTaken(batch, row) }
        combined += taken
    }

    /// Returns how many records were absorbed so far, and resets the count.
    package mutating func takeCombined() -> Int {
        defer { combined = 0 }
        return combined
    }

    /// Marks the records as made by a stage, and numbers them.
    ///
    /// - Parameters:
    ///   - origin: What made them: `made by 'sort'`.
    ///   - first: The number of the first one, counted from 1.
    package mutating func settle(origin: String, from first: Int) {
        let first = UInt32(truncatingIfNeeded: first)
        numbers = RowNumbers(
            [Origins(origin)],
            places: nil,
            first: first,
            listed: nil,
            next: first &+ UInt32(truncatingIfNeeded: count)
        )
    }
}
