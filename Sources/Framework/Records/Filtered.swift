/// A number of records that were filtered, and why.
public struct Filtered: Sendable, Hashable {
    /// Why, in words that fit behind a number: `shows and episodes`.
    public let reason: String
    /// How many records.
    public var count: Int

    /// A number of records and the reason.
    public init(_ reason: String, count: Int) {
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
