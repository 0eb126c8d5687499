package import Diagnostics
package import PluginKit

/// A store of answers.
///
/// Times are milliseconds since 1970-01-01T00:00:00Z. An open store never throws and never makes a call fail: if it
/// cannot store or return an answer, the answer is missing, and the store logs a warning to the caller's log. A store
/// may outlive the run that created it, so it has no log of its own.
///
/// A store in memory answers without suspending. One that waits for a disk or a server does so on its own thread. Any
/// number of calls may run concurrently.
package protocol CacheStore: Sendable {
    /// Checks whether the store can be used; called before each call until it has returned once. The default does
    /// nothing.
    ///
    /// - Throws: A permanent problem, such as a wrong password. An unavailable server is not one.
    func open() async throws(Diagnostic)

    /// The entry of a key, if it may still be used in any way (`CacheEntry.keptUntil`).
    ///
    /// - Parameters:
    ///   - key: The key of the call.
    ///   - now: The time.
    ///   - log: Receives warnings.
    /// - Returns: The entry; nil if there is none.
    func entry(of key: CacheKey, at now: Int64, log: StageLog) async -> CacheEntry?

    /// Stores an entry and replaces the previous one.
    ///
    /// It may return before the entry is written; `entry` of this process finds it nevertheless.
    ///
    /// - Parameters:
    ///   - entry: The entry, with its lifetimes.
    ///   - key: The key of the call.
    ///   - subject: The origin of the call. A store that cannot list its contents may ignore it.
    ///   - now: The time.
    ///   - log: Receives warnings.
    func store(_ entry: CacheEntry, of key: CacheKey, subject: CacheSubject, at now: Int64, log: StageLog) async

    /// Whether the store records uses (`note`). Default: no.
    var notesUses: Bool { get }

    /// Records hits and misses for listings. The default does nothing.
    func note(_ uses: CacheUses, of subject: CacheSubject)

    /// Waits until all entries are written. The store may be used again afterwards.
    ///
    /// - Parameter log: Receives warnings.
    func finish(log: StageLog) async

    /// The current contents and what happened to entries. It returns immediately, with what the store knows without
    /// asking.
    var figures: CacheFigures { get }

    /// The main memory of the entries in bytes. Default: nil, they are elsewhere.
    var bytesInMemory: Int? { get }
}

extension CacheStore {
    /// Does nothing: the store can always be used.
    package func open() async throws(Diagnostic) {}
    /// Nil: the entries are elsewhere.
    package var bytesInMemory: Int? { nil }
    /// The store does not record uses.
    package var notesUses: Bool { false }
    /// Does nothing.
    package func note(_ uses: CacheUses, of subject: CacheSubject) {}
    /// Does nothing: all entries are already written.
    package func finish(log: StageLog) async {}
}

/// The hits and misses of a cache.
package struct CacheUses: Sendable, Hashable {
    /// Hits.
    package var given: Int
    /// Misses.
    package var fetched: Int

    /// Creates counts.
    package init(given: Int = 0, fetched: Int = 0) {
        self.given = given
        self.fetched = fetched
    }
}

/// The origin of an answer, by which the contents of a cache are listed and cleared.
package struct CacheSubject: Sendable, Hashable {
    /// The name of the pipeline.
    package let pipeline: String
    /// The name of a plugin or of a server.
    package let plugin: String

    /// Creates a subject.
    package init(pipeline: String, plugin: String) {
        self.pipeline = pipeline
        self.plugin = plugin
    }
}

/// The contents of a store, and what happened to its entries.
package struct CacheFigures: Sendable, Hashable {
    /// The number of entries; nil if unknown.
    package var entries: Int?
    /// Their size in bytes, including all overhead; nil if unknown.
    package var bytes: Int?
    /// When the oldest entry was fetched, in milliseconds since 1970-01-01T00:00:00Z; nil if unknown.
    package var oldest: Int64?
    /// Evicted entries.
    package var evicted = 0
    /// Expired entries that were removed.
    package var expired = 0
    /// Entries that were too large to be stored.
    package var refused = 0
    /// Answers that the store could not look up or store because of a problem.
    package var failed = 0
    /// Further counters of the store.
    package var others: [Measurement] = []
    /// Further gauges of the store.
    package var levels: [Measurement] = []

    /// Creates counts of zero.
    ///
    /// - Parameters:
    ///   - entries: The number of entries; nil if unknown.
    ///   - bytes: Their size; nil if unknown.
    package init(entries: Int? = nil, bytes: Int? = nil) {
        self.entries = entries
        self.bytes = bytes
    }

    /// The counts since earlier ones; gauges keep their current values.
    func since(_ before: CacheFigures) -> CacheFigures {
        var figures = self
        figures.evicted -= before.evicted
        figures.expired -= before.expired
        figures.refused -= before.refused
        figures.failed -= before.failed
        figures.others = others.map { measurement in
            guard let name = measurement.name, let number = measurement.number else { return measurement }
            let earlier = before.others.first { $0.name == name }?.number ?? 0
            return Measurement(
                name,
                value: number - earlier,
                unit: measurement.unit,
                metric: measurement.definition,
                isShared: measurement.isShared
            )
        }
        return figures
    }
}
