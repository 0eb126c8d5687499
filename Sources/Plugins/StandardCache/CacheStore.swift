/// Where answers are kept.
///
/// Times are milliseconds since 1970-01-01T00:00:00Z. A store never throws: what it cannot keep or give back is not there.
package protocol CacheStore: Sendable {
    /// The entry of a key, if it may still be used.
    func entry(of key: String, at now: Int64) -> CacheEntry?

    /// Keeps an entry instead of the one before.
    func store(_ entry: CacheEntry, of key: String, at now: Int64)

    /// What is kept, and what became of what was.
    var figures: CacheFigures { get }
}

/// What a store keeps, and what became of what it kept.
package struct CacheFigures: Sendable, Hashable {
    /// How many entries there are.
    package var entries = 0
    /// What they take, with everything that is needed for them.
    package var bytes = 0
    /// Entries that made room for others.
    package var evicted = 0
    /// Entries whose time was over.
    package var expired = 0
    /// Entries that were too large to be kept.
    package var refused = 0
}
