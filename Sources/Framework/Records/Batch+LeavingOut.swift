extension Batch {
    /// Keeps the records for which `isKept` is true and remembers why the others were left out.
    ///
    /// - Parameters:
    ///   - reason: Why, in words that fit behind a number: `shows and episodes`.
    ///   - isKept: Whether to keep the record of a row.
    @inlinable
    public mutating func keep(
        orLeaveOut reason: String,
        where isKept: (borrowing Batch, Int) throws -> Bool
    ) rethrows {
        leaveOut(try keep(where: isKept), because: reason)
    }

    /// Remembers that records were left out on purpose.
    public mutating func leaveOut(_ count: Int, because reason: String) {
        guard count > 0 else { return }
        leftOut.add(LeftOut(reason, count))
    }

    /// Hands over what was left out so far.
    public mutating func takeLeftOut() -> [LeftOut] {
        defer { leftOut = [] }
        return leftOut
    }
}

/// A number of records that were left out on purpose, and why.
public struct LeftOut: Sendable, Hashable {
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

extension [LeftOut] {
    /// Adds a count to that of the same reason.
    public mutating func add(_ more: LeftOut) {
        if let index = firstIndex(where: { $0.reason == more.reason }) {
            self[index].count += more.count
        } else {
            append(more)
        }
    }
}
