/// A number of filtered records and the reason.
public struct Filtered: Sendable, Hashable {
    /// The reason, as text that fits after a number: `shows and episodes`.
    public let reason: String
    /// The number of records.
    public var count: Int

    /// A number of records and the reason.
    public init(_ reason: String, count: Int) {
        self.reason = reason
        self.count = count
    }
}

extension [Filtered] {
    /// Adds the count of another entry with the same reason.
    public mutating func add(_ more: Filtered) {
        if let index = firstIndex(where: { $0.reason == more.reason }) {
            self[index].count += more.count
        } else {
            append(more)
        }
    }
}
