package import Diagnostics
package import PluginKit

/// Where answers are kept.
///
/// Times are milliseconds since 1970-01-01T00:00:00Z. A store that is open never throws and never lets a call fail: what it cannot keep
/// or give back is not there, and what stands in its way it says as a warning, in the log of whoever asked. A store may
/// outlive the run that made it, so it has no log of its own.
///
/// A store in memory answers without giving way. One that has to wait, for a disk or a server, does so on a thread of its
/// own. Any number of calls may be made at once.
package protocol CacheStore: Sendable {
    /// Called before each call until it has returned once; it asks whether the store can be of any use. Default: it can.
    ///
    /// - Throws: What is wrong, if waiting changes nothing: a password. A server that is away is no such thing.
    func open() async throws(Diagnostic)

    /// The entry of a key, if it may still be used for anything (`CacheEntry.keptUntil`).
    ///
    /// - Parameters:
    ///   - key: What it is the answer to.
    ///   - now: The time.
    ///   - log: Where it says what stands in its way.
    /// - Returns: The entry; nil if there is none.
    func entry(of key: CacheKey, at now: Int64, log: StageLog) async -> CacheEntry?

    /// Keeps an entry instead of the one before.
    ///
    /// It may return before the entry is where it belongs; `entry` of this process finds it all the same.
    ///
    /// - Parameters:
    ///   - entry: What to keep, and until when.
    ///   - key: What it is the answer to.
    ///   - subject: Who asked. A store that shows nothing may forget it.
    ///   - now: The time.
    ///   - log: Where it says what stands in its way.
    func store(_ entry: CacheEntry, of key: CacheKey, subject: CacheSubject, at now: Int64, log: StageLog) async

    /// Whether it remembers how often answers were there (`note`). Default: no.
    var notesUses: Bool { get }

    /// Takes note of how often answers were there, for people who want to know. Default: forgotten.
    func note(_ uses: CacheUses, of subject: CacheSubject)

    /// Waits until what was stored is where it belongs. The store may be used again afterwards.
    ///
    /// - Parameter log: Where it says what stands in its way.
    func finish(log: StageLog) async

    /// What is kept, and what became of what was. It answers at once, from what the store knows by itself.
    var figures: CacheFigures { get }
}

extension CacheStore {
    /// It can be of use.
    package func open() async throws(Diagnostic) {}
    /// It shows nothing.
    package var notesUses: Bool { false }
    /// Nobody will ask.
    package func note(_ uses: CacheUses, of subject: CacheSubject) {}
    /// Nothing is on its way.
    package func finish(log: StageLog) async {}
}

/// How often calls had an answer from a cache.
package struct CacheUses: Sendable, Hashable {
    /// Calls that were given one.
    package var given: Int
    /// Calls that had to fetch one.
    package var fetched: Int

    /// So many.
    package init(given: Int = 0, fetched: Int = 0) {
        self.given = given
        self.fetched = fetched
    }
}

/// Who asked for an answer, and whom, for people who want to know what is kept, or have it forgotten.
package struct CacheSubject: Sendable, Hashable {
    /// The pipeline's name.
    package let pipeline: String
    /// The name of a plugin or of a server.
    package let plugin: String

    /// A plugin in a pipeline.
    package init(pipeline: String, plugin: String) {
        self.pipeline = pipeline
        self.plugin = plugin
    }
}

/// What a store keeps, and what became of what it kept.
package struct CacheFigures: Sendable, Hashable {
    /// How many entries there are; nil if the store cannot tell without asking.
    package var entries: Int?
    /// What they take, with everything that is needed for them; nil if the store cannot tell without asking.
    package var bytes: Int?
    /// When the oldest entry was fetched, in milliseconds since 1970-01-01T00:00:00Z; nil if unknown.
    package var oldest: Int64?
    /// Entries that made room for others.
    package var evicted = 0
    /// Entries whose time was over.
    package var expired = 0
    /// Entries that were too large to be kept.
    package var refused = 0
    /// Answers that the store could not look for, or could not keep, because something stood in its way.
    package var failed = 0
    /// What else the store counts.
    package var others: [Figure] = []
    /// What else the store has to tell of how things are now.
    package var levels: [Figure] = []

    /// Nothing yet.
    ///
    /// - Parameters:
    ///   - entries: How many entries there are; nil if that cannot be told.
    ///   - bytes: What they take; nil if that cannot be told.
    package init(entries: Int? = nil, bytes: Int? = nil) {
        self.entries = entries
        self.bytes = bytes
    }

    /// The same with what has happened since others were taken; how things are now stays.
    func since(_ before: CacheFigures) -> CacheFigures {
        var figures = self
        figures.evicted -= before.evicted
        figures.expired -= before.expired
        figures.refused -= before.refused
        figures.failed -= before.failed
        figures.others = others.map { figure in
            let earlier = before.others.first { $0.name == figure.name }?.value ?? 0
            return Figure(
                figure.name,
                value: figure.value - earlier,
                unit: figure.unit,
                metric: figure.metric,
                isShared: figure.isShared
            )
        }
        return figures
    }
}
