package import PluginKit

/// A cache in memory, with limits.
package final class MemoryCache: CacheStore {
    private let table: Locked<CacheTable>

    /// Creates an empty cache.
    ///
    /// - Parameters:
    ///   - policy: Which entry is evicted first.
    ///   - entryLimit: The maximum number of entries.
    ///   - byteLimit: The maximum memory in bytes: answers, index and queues.
    package init(_ policy: EvictionPolicy = .s3fifo, entryLimit: Int = .max, byteLimit: Int = .max) {
        table = Locked(CacheTable(policy, entryLimit: entryLimit, byteLimit: byteLimit))
    }

    package var bytesInMemory: Int? { table.withLock { $0.bytes } }

    package func entry(of key: CacheKey, at now: Int64) -> CacheEntry? {
        table.withLock { $0.entry(of: key, at: now) }
    }

    package func entry(of key: CacheKey, at now: Int64, log: StageLog) -> CacheEntry? { entry(of: key, at: now) }

    package func store(
        _ entry: CacheEntry,
        of key: CacheKey,
        subject: CacheSubject,
        at now: Int64,
        log: StageLog
    ) {
        store(entry, of: key, at: now)
    }

    /// Stores an entry and replaces the previous one; the origin is not recorded.
    package func store(_ entry: CacheEntry, of key: CacheKey, at now: Int64) {
        table.withLock { $0.store(entry, of: key, at: now) }
    }

    /// Stores an entry unless there is one that was fetched at the same time or later.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - key: The key of the call.
    ///   - now: The time.
    /// - Returns: The entry that is now stored, and whether it is the one that was passed.
    func promote(_ entry: CacheEntry, of key: CacheKey, at now: Int64) -> (entry: CacheEntry, isNew: Bool) {
        table.withLock { table in
            if let kept = table.glance(at: key, now: now), kept.storedAt >= entry.storedAt { return (kept, false) }
            table.store(entry, of: key, at: now)
            return (entry, true)
        }
    }

    package var figures: CacheFigures {
        var figures = table.withLock { table in
            var figures = CacheFigures(entries: table.count, bytes: table.bytes)
            figures.evicted = table.counts.evicted
            figures.expired = table.counts.expired
            figures.refused = table.counts.refused
            return figures
        }
        figures.oldest = oldest
        return figures
    }

    /// When the oldest entry was fetched; nil if there is none.
    private var oldest: Int64? {
        var (oldest, place) = (Int64?.none, 0)
        // Some entries at a time, so that no call waits until all are examined.
        while true {
            let (found, end) = table.withLock { table in
                (table.oldest(from: place, count: Self.glances), table.slots.count)
            }
            oldest = [oldest, found].compactMap { $0 }.min()
            place += Self.glances
            guard place < end else { return oldest }
        }
    }

    /// How many entries are examined while the lock is held.
    private static let glances = 4096
}
