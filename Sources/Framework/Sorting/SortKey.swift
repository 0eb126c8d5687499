/// What a record of an `ExternalSort` is sorted by: by `high` and, where that is the same, by `low`.
public struct SortKey: Comparable, Hashable, Sendable, BitwiseCopyable {
    /// What counts first.
    public var high: UInt64
    /// What counts where `high` is the same.
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
