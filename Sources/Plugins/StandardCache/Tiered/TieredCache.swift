package import PluginKit

/// A small store in front of a large one: what is found in the large one is kept in the small one, too.
///
/// An entry has its times with it, so one that is brought forward holds no longer than it would have.
package final class TieredCache: CacheStore {
    private let front: MemoryCache
    private let back: any CacheStore
    private let promoted = Guarded(0)

    /// A memory in front of another store.
    package init(_ front: MemoryCache, over back: any CacheStore) {
        self.front = front
        self.back = back
    }

    package func entry(of key: CacheKey, at now: Int64) async -> CacheEntry? {
        if let entry = front.entry(of: key, at: now) { return entry }
        guard let entry = await back.entry(of: key, at: now) else { return nil }
        front.store(entry, of: key, at: now)
        promoted.withLock { $0 += 1 }
        return entry
    }

    package func entryAtOnce(of key: CacheKey, at now: Int64) -> CacheEntry? { front.entry(of: key, at: now) }

    package func store(_ entry: CacheEntry, of key: CacheKey, subject: CacheSubject, at now: Int64) async {
        front.store(entry, of: key, at: now)
        await back.store(entry, of: key, subject: subject, at: now)
    }

    package func finish() async { await back.finish() }

    /// Those of the store behind, with what the memory holds beside them.
    package var figures: CacheFigures {
        var figures = back.figures
        let memory = front.figures
        figures.others.append(Figure("promoted", Double(promoted.withLock { $0 })))
        figures.others.append(Figure("entries in memory", Double(memory.entries ?? 0)))
        figures.others.append(Figure("bytes in memory", Double(memory.bytes ?? 0), unit: "B"))
        figures.others.append(Figure("evictions from memory", Double(memory.evicted)))
        return figures
    }
}
