/// The sort key of a record in an `ExternalSort`: `high` first and, if that is equal, `low`.
public struct SortKey: Comparable, Hashable, Sendable, BitwiseCopyable {
    /// The more significant half.
    public var high: UInt64
    /// The less significant half.
    public var low: UInt64

    /// A key of two numbers.
    @inlinable
    public init(_ high: UInt64, then low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Whether a key comes before another.
    @inlinable
    public static func < (left: SortKey, right: SortKey) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}
