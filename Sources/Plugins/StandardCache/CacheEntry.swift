/// An answer, or a failure, as a store keeps it.
///
/// Its times are milliseconds since 1970-01-01T00:00:00Z and belong to it wherever it is kept, so that one that moves from
/// a store into another is not given for longer.
package struct CacheEntry: Sendable, Hashable {
    /// What is kept: the bytes of the answer, or of a failure.
    package let bytes: [UInt8]
    /// Whether it is a failure.
    package let isFailure: Bool
    /// When it was fetched.
    package let storedAt: Int64
    /// Until when it may be handed out.
    package let freshUntil: Int64
    /// Until when it may be handed out while a new one is fetched; not before `freshUntil`.
    package let usableUntil: Int64
    /// Until when it is good for asking whether it still holds; not before `usableUntil`.
    ///
    /// A store drops it then.
    package let keptUntil: Int64

    /// An entry.
    ///
    /// - Parameters:
    ///   - bytes: What is kept.
    ///   - isFailure: Whether it is a failure.
    ///   - storedAt: When it was fetched.
    ///   - freshUntil: Until when it may be handed out; `.max` for ever.
    ///   - usableUntil: Until when it may be handed out while a new one is fetched; nil for not at all.
    ///   - keptUntil: Until when it is good for asking whether it still holds; nil for not at all.
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
