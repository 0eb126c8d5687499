package import Diagnostics
package import PluginKit

/// A small store in front of a large one: answers found in the large one are also stored in the small one.
///
/// Promotion to memory does not extend an entry's lifetime. If both tiers have it, the more recently fetched copy wins.
package final class TieredCache: CacheStore {
    private let front: MemoryCache
    private let back: any CacheStore
    private let promoted = Locked(0)

    /// Creates a memory cache in front of another store.
    package init(_ front: MemoryCache, over back: any CacheStore) {
        self.front = front
        self.back = back
    }

    package func open() async throws(Diagnostic) { try await back.open() }

    package func entry(of key: CacheKey, at now: Int64, log: StageLog) async -> CacheEntry? {
        let near = front.entry(of: key, at: now)
        if let near, near.freshUntil > now { return near }
        // Another process may have stored a more recent one.
        guard let far = await back.entry(of: key, at: now, log: log) else { return near }
        if let near, near.storedAt >= far.storedAt { return near }
        let (entry, isNew) = front.promote(far, of: key, at: now)
        if isNew { promoted.withLock { $0 += 1 } }
        return entry
    }

    package func store(
        _ entry: CacheEntry,
        of key: CacheKey,
        subject: CacheSubject,
        at now: Int64,
        log: StageLog
    ) async {
        front.store(entry, of: key, at: now)
        await back.store(entry, of: key, subject: subject, at: now, log: log)
    }

    package var bytesInMemory: Int? { front.bytesInMemory }

    package var notesUses: Bool { back.notesUses }

    package func note(_ uses: CacheUses, of subject: CacheSubject) { back.note(uses, of: subject) }

    package func finish(log: StageLog) async { await back.finish(log: log) }

    /// The counts of the second store, with the contents of the memory.
    package var figures: CacheFigures {
        var figures = back.figures
        let memory = front.figures
        figures.others.append(Measurement("promoted", value: Double(promoted.withLock { $0 })))
        figures.others.append(Measurement("evictions from memory", value: Double(memory.evicted)))
        figures.levels.append(Measurement("entries in memory", value: Double(memory.entries ?? 0)))
        figures.levels.append(Measurement("bytes in memory", value: Double(memory.bytes ?? 0), unit: "B"))
        return figures
    }
}
