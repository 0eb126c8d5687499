/// An answer, or a failure, as a store holds it.
///
/// Its times are milliseconds since 1970-01-01T00:00:00Z and move with it from store to store, so copying does not
/// extend its lifetime.
package struct CacheEntry: Sendable, Hashable {
    /// The encoded answer or failure.
    package let bytes: [UInt8]
    /// Whether it is a failure.
    package let isFailure: Bool
    /// When it was fetched.
    package let storedAt: Int64
    /// Until when it may be returned.
    package let freshUntil: Int64
    /// Until when it may be returned while a new one is fetched; not before `freshUntil`.
    package let usableUntil: Int64
    /// Until when it may be revalidated; not before `usableUntil`.
    ///
    /// Stores then delete it.
    package let keptUntil: Int64

    /// Creates an entry.
    ///
    /// - Parameters:
    ///   - bytes: The encoded answer or failure.
    ///   - isFailure: Whether it is a failure.
    ///   - storedAt: When it was fetched.
    ///   - freshUntil: Until when it may be returned; `.max` means forever.
    ///   - usableUntil: Until when it may be returned while a new one is fetched; nil means `freshUntil`.
    ///   - keptUntil: Until when it may be revalidated; nil means `usableUntil`.
    package init(
        _ bytes: [UInt8],
        isFailure: Bool = false,
        storedAt: Int64 = 0,
        freshUntil: Int64 = .max,
        usableUntil: Int64? = nil,
        keptUntil: Int64? = nil
    ) {
        self.bytes = bytes
        self.isFailure = isFailure
        self.storedAt = storedAt
        self.freshUntil = freshUntil
        self.usableUntil = max(freshUntil, usableUntil ?? freshUntil)
        self.keptUntil = max(self.usableUntil, keptUntil ?? self.usableUntil)
    }
}
