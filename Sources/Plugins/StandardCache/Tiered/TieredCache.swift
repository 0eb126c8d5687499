package import Diagnostics
package import PluginKit

/// A small store in front of a large one: what is found in the large one is kept in the small one, too.
///
/// An entry has its times with it, so one that is brought forward holds no longer than it would have. Of two entries of one
/// key the one that was fetched later counts, wherever it is.
package final class TieredCache: CacheStore {
    private let front: MemoryCache
    private let back: any CacheStore
    private let promoted = Locked(0)

    /// A memory in front of another store.
    package init(_ front: MemoryCache, over back: any CacheStore) {
        self.front = front
        self.back = back
    }

    package func open() async throws(Diagnostic) { try await back.open() }

    package func entry(of key: CacheKey, at now: Int64, log: StageLog) async -> CacheEntry? {
        let near = front.entry(of: key, at: now)
        if let near, near.freshUntil > now { return near }
        // Another process may have brought a fresher one.
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

    package var notesUses: Bool { back.notesUses }

    package func note(_ uses: CacheUses, of subject: CacheSubject) { back.note(uses, of: subject) }

    package func finish(log: StageLog) async { await back.finish(log: log) }

    /// Those of the store behind, with what the memory holds beside them.
    package var figures: CacheFigures {
        var figures = back.figures
        let memory = front.figures
        figures.others.append(Figure("promoted", value: Double(promoted.withLock { $0 })))
        figures.others.append(Figure("evictions from memory", value: Double(memory.evicted)))
        figures.levels.append(Figure("entries in memory", value: Double(memory.entries ?? 0)))
        figures.levels.append(Figure("bytes in memory", value: Double(memory.bytes ?? 0), unit: "B"))
        return figures
    }
}
