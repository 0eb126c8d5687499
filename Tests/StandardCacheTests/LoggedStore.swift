import PluginKit
import StandardCache

/// A store with somebody who uses it, and to whom it says what stands in its way.
struct LoggedStore<Store: CacheStore>: Sendable {
    let store: Store
    let log: StageLog

    init(_ store: Store, _ log: StageLog = StageLog()) {
        self.store = store
        self.log = log
    }

    var figures: CacheFigures { store.figures }

    /// The entry of a key.
    func entry(of key: CacheKey, at now: Int64) async -> CacheEntry? {
        await store.entry(of: key, at: now, log: log)
    }

    /// The entry of a text.
    func entry(of key: String, at now: Int64) async -> CacheEntry? { await entry(of: CacheKey(key), at: now) }

    /// Keeps an entry for a pipeline of tests.
    func keep(_ entry: CacheEntry, of key: CacheKey, at now: Int64 = 0) async {
        let subject = CacheSubject(pipeline: "films", plugin: "test")
        await store.store(entry, of: key, subject: subject, at: now, log: log)
    }

    /// Keeps an entry for a pipeline of tests.
    func keep(_ entry: CacheEntry, of key: String, at now: Int64 = 0) async {
        await keep(entry, of: CacheKey(key), at: now)
    }

    func finish() async { await store.finish(log: log) }
}
