internal import PluginKit

/// Answers in memory, within bounds.
package final class MemoryCache: CacheStore {
    private let table: Guarded<CacheTable>

    /// A cache without entries.
    ///
    /// - Parameters:
    ///   - policy: Which entry goes where there is no room.
    ///   - entryLimit: How many entries there may be.
    ///   - byteLimit: How many bytes it may take: keys, answers, and what is needed to find and order them.
    package init(_ policy: EvictionPolicy = .lru, entryLimit: Int = .max, byteLimit: Int = .max) {
        table = Guarded(CacheTable(policy, entryLimit: entryLimit, byteLimit: byteLimit))
    }

    package func entry(of key: String, at now: Int64) -> CacheEntry? {
        table.withLock { $0.entry(of: key, at: now) }
    }

    package func store(_ entry: CacheEntry, of key: String, at now: Int64) {
        table.withLock { $0.store(entry, of: key, at: now) }
    }

    package var figures: CacheFigures {
        table.withLock { table in
            CacheFigures(
                entries: table.count,
                bytes: table.bytes,
                evicted: table.counts.evicted,
                expired: table.counts.expired,
                refused: table.counts.refused
            )
        }
    }
}
