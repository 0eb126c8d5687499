internal import Database
internal import Diagnostics
package import PluginKit

/// Answers in a file, within bounds: for later runs, and for several processes at once.
///
/// What is stored is given again at once, and goes into the file some time later together with what else came in between,
/// on a thread that only writes. Reading has threads of its own. What stands in the way is said once; then answers are
/// missed or not kept, and no call fails.
package final class DiskCache: CacheStore {
    private struct Waiting {
        let entry: CacheEntry
        let subject: CacheSubject
    }

    private struct State {
        /// What is to be written, and what is being written.
        var pending: [CacheKey: Waiting] = [:]
        var pendingBytes = 0
        var writing: [CacheKey: Waiting] = [:]
        /// How often answers were found in the file since that was written down.
        var found: [CacheKey: Int] = [:]
        /// Answers in the file that cannot be read.
        var unreadable: Set<CacheKey> = []
        var isScheduled = false
        var now: Int64 = 0
        /// The file is of no use for the rest of the run.
        var isGivenUp = false
        var hasWarned = false
        var figures = CacheFigures(entries: 0, bytes: 0)
    }

    private let path: String
    private let bounds: DiskBounds
    private let form: EntryForm
    private let log: StageLog
    private let state = Guarded(State())
    private let writer: DiskLane
    private let readers: [DiskLane]

    /// A cache in a file, which is opened when it is first used.
    ///
    /// - Parameters:
    ///   - path: The file; it comes into being, and the folders above it.
    ///   - policy: Which entry goes where there is no room.
    ///   - entryLimit: How many entries there may be.
    ///   - byteLimit: About how many bytes they may take in the file.
    ///   - packs: Whether answers are packed.
    ///   - log: Where it says what stands in its way.
    package init(
        _ path: String,
        _ policy: EvictionPolicy = .s3fifo,
        entryLimit: Int = .max,
        byteLimit: Int = .max,
        packs: Bool = true,
        log: StageLog = StageLog()
    ) {
        self.path = path
        self.log = log
        bounds = DiskBounds(policy: policy, entryLimit: max(1, entryLimit), byteLimit: byteLimit)
        form = EntryForm(packs: packs)
        writer = DiskLane("cache writer", path)
        readers = (0..<2).map { DiskLane("cache reader \($0)", path) }
    }

    package var figures: CacheFigures { state.withLock { $0.figures } }

    package func entry(of key: CacheKey, at now: Int64) async -> CacheEntry? {
        let (known, isGivenUp) = state.withLock { state in
            state.now = max(state.now, now)
            if state.isGivenUp { state.figures.failed += 1 }
            return ((state.pending[key] ?? state.writing[key])?.entry, state.isGivenUp)
        }
        if let known { return known.keptUntil > now ? known : nil }
        if isGivenUp { return nil }
        let reader = readers[Int(truncatingIfNeeded: key.low) & 1]
        return await reader.perform { self.read(key, now, reader) }
    }

    package func store(_ entry: CacheEntry, of key: CacheKey, subject: CacheSubject, at now: Int64) async {
        let (begins, isTooMuch) = state.withLock { state in
            state.now = max(state.now, now)
            if state.isGivenUp {
                state.figures.failed += 1
                return (false, false)
            }
            state.pendingBytes += entry.bytes.count
            state.pending[key] = Waiting(entry: entry, subject: subject)
            defer { state.isScheduled = true }
            return (!state.isScheduled, state.pendingBytes > Self.mostPending)
        }
        // Who brings more than the disk takes has to wait for it.
        if isTooMuch { await writer.perform { self.write() } } else if begins { writeSoon() }
    }

    package func finish() async {
        await writer.perform {
            self.write()
            self.conclude()
        }
    }

    private func writeSoon() { writer.perform(after: Self.pause) { [weak self] in self?.write() } }

    /// How many bytes may wait to be written.
    private static let mostPending = 4 << 20
    /// For how long answers are gathered before they are written together.
    private static let pause = Duration.milliseconds(50)
    /// How many uses are noted before they are written, if nothing else is.
    private static let mostFound = 1000
    /// How many entries whose time is over go with one write.
    private static let mostExpired = 64
}

/// What is done on the threads of the file.
extension DiskCache {
    private func read(_ key: CacheKey, _ now: Int64, _ lane: DiskLane) -> CacheEntry? {
        do {
            let values = try lane.use { connection in
                try connection.rows(
                    """
                    SELECT answers.value FROM entries JOIN answers USING (number)
                    WHERE entries.key = ? AND kept_until > ?
                    """,
                    .bytes(key.bytes),
                    .integer(now)
                ) { $0.bytes(0) }
            }
            guard let value = values.first else { return nil }
            let entry = EntryForm.entry(from: value)
            let begins = state.withLock { state in
                if entry == nil { state.unreadable.insert(key) } else { state.found[key, default: 0] += 1 }
                guard !state.isScheduled, entry == nil || state.found.count >= Self.mostFound else { return false }
                state.isScheduled = true
                return true
            }
            if begins { writeSoon() }
            return entry
        } catch {
            fail(error, 1)
            return nil
        }
    }

    /// Writes what has gathered, in one transaction.
    private func write() {
        let (writing, found, unreadable, now) = state.withLock { state in
            defer {
                state.isScheduled = false
                state.writing = state.pending
                state.pending = [:]
                state.pendingBytes = 0
                state.found = [:]
                state.unreadable = []
            }
            return (state.pending, state.found, state.unreadable, state.now)
        }
        guard !writing.isEmpty || !found.isEmpty || !unreadable.isEmpty else { return }
        let answers = writing.map { key, waiting in
            DiskAnswer(
                key: key,
                subject: waiting.subject,
                value: form.bytes(of: waiting.entry),
                storedAt: waiting.entry.storedAt,
                keptUntil: waiting.entry.keptUntil
            )
        }
        change(failing: answers.count) { change throws(Diagnostic) in
            for (key, times) in found { try change.touch(key, times) }
            for key in unreadable { try change.forget(key) }
            // One by one, so that what comes lies where what goes has lain, and the file does not grow.
            for answer in answers {
                try change.put(answer)
                try change.evict()
            }
            try change.expire(at: now, atMost: Self.mostExpired)
        }
        state.withLock { $0.writing = [:] }
    }

    /// Looks for more whose time is over, and at how old what is left is.
    private func conclude() {
        let now = state.withLock { $0.now }
        change(failing: 0) { change throws(Diagnostic) in
            try change.expire(at: now, atMost: Self.mostExpired * 16)
            try change.findOldest()
        }
    }

    /// Changes the file in one transaction, and takes note of what became of it.
    private func change(failing count: Int, _ body: @Sendable (inout DiskChange) throws(Diagnostic) -> Void) {
        guard !state.withLock({ $0.isGivenUp }) else { return }
        do {
            let outcome = try writer.use { [bounds] connection in
                try connection.writing("cache", nil) {
                    var change = try DiskChange(connection, bounds)
                    try body(&change)
                    try change.evict()
                    try change.finish()
                    return change.outcome
                }
            }
            state.withLock { $0.figures.add(outcome) }
        } catch {
            fail(error, count)
        }
    }

    /// Says what stands in the way, once, and gives the file up unless that may pass.
    private func fail(_ error: any Error, _ count: Int) {
        let code = (error as? Diagnostic)?.code
        let mayPass = code == "cache.busy" || code == "file.disk-full"
        let isFirst = state.withLock { state in
            state.figures.failed += count
            if !mayPass { state.isGivenUp = true }
            defer { state.hasWarned = true }
            return !state.hasWarned
        }
        if isFirst { log.say(DiskProblem.warning(error, path)) }
    }
}

extension CacheFigures {
    /// Takes note of a change of the file.
    fileprivate mutating func add(_ outcome: DiskChange.Outcome) {
        entries = outcome.entries
        bytes = outcome.bytes
        oldest = outcome.oldest ?? oldest
        evicted += outcome.evicted
        expired += outcome.expired
        refused += outcome.refused
    }
}
