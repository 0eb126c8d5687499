/// An answer, or a failure, as a store keeps it.
package struct CacheEntry: Sendable, Hashable {
    /// What is kept: the bytes of the answer, or of a failure.
    package let bytes: [UInt8]
    /// Whether it is a failure.
    package let isFailure: Bool
    /// Until when it may be handed out, in milliseconds since 1970-01-01T00:00:00Z.
    package let freshUntil: Int64
    /// Until when it may be handed out while a new one is fetched, in the same unit; not before `freshUntil`.
    package let usableUntil: Int64

    /// An entry.
    ///
    /// - Parameters:
    ///   - bytes: What is kept.
    ///   - isFailure: Whether it is a failure.
    ///   - freshUntil: Until when it may be handed out; `.max` for ever.
    ///   - usableUntil: Until when it may be handed out while a new one is fetched; nil for not at all.
    package init(
        _ bytes: [UInt8],
        isFailure: Bool = false,
        freshUntil: Int64 = .max,
        usableUntil: Int64? = nil
    ) {
        self.bytes = bytes
        self.isFailure = isFailure
        self.freshUntil = freshUntil
        self.usableUntil = max(freshUntil, usableUntil ?? freshUntil)
    }
}
