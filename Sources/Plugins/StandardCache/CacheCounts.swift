internal import PluginKit

/// How often a layer had an answer.
struct CacheCounts: Sendable {
    /// Answers that were there, or that somebody else was fetching.
    var hits = 0
    /// Answers that had to be fetched.
    var misses = 0
    /// Hits that were given behind their time.
    var stale = 0
    /// Calls that waited for somebody else's.
    var waits = 0

    /// The counts and the store's figures, as the report shows them.
    func figures(_ store: CacheFigures) -> [Figure] {
        guard hits + misses > 0 else { return [] }
        var figures = [
            Figure("hits", Double(hits)),
            Figure("misses", Double(misses)),
            Figure("ratio", Double(hits) / Double(hits + misses) * 100, unit: "%"),
            Figure("stale", Double(stale)),
            Figure("waits", Double(waits)),
            Figure("evictions", Double(store.evicted)),
        ]
        if let entries = store.entries { figures.append(Figure("entries", Double(entries))) }
        if let bytes = store.bytes { figures.append(Figure("bytes", Double(bytes), unit: "B")) }
        return figures + store.others
    }
}
