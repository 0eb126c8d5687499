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
        filtered.add(Filtered(reason, count))
    }

    /// Hands over what was filtered so far.
    public mutating func takeFiltered() -> [Filtered] {
        defer { filtered = [] }
        return filtered
    }
}

/// A number of records that were filtered, and why.
public struct Filtered: Sendable, Hashable {
    /// Why, in words that fit behind a number: `shows and episodes`.
    public let reason: String
    /// How many records.
    public var count: Int

    /// A number of records and the reason.
    public init(_ reason: String, _ count: Int) {
        self.reason = reason
        self.count = count
    }
}

extension [Filtered] {
    /// Adds a count to that of the same reason.
    public mutating func add(_ more: Filtered) {
        if let index = firstIndex(where: { $0.reason == more.reason }) {
            self[index].count += more.count
        } else {
            append(more)
        }
    }
}
