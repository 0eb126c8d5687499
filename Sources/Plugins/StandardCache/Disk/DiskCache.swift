internal import Database
internal import Diagnostics
package import PluginKit

/// A cache in a file with limits, for later runs and for several processes at the same time.
///
/// A stored entry is found immediately, and is written to the file later, together with others, on a thread that only
/// writes. Reads have their own threads. Problems are logged to the callers' logs; answers are then missing or not
/// stored, and no call fails.
package final class DiskCache: CacheStore {
    private struct Waiting {
        let entry: CacheEntry
        let subject: CacheSubject
    }

    private struct State {
        /// The entries to be written, and those being written.
        var pending: [CacheKey: Waiting] = [:]
        var pendingBytes = 0
        var writing: [CacheKey: Waiting] = [:]
        /// How often entries were found in the file since that was last written.
        var found: [CacheKey: Int] = [:]
        /// Entries in the file that cannot be read.
        var unreadable: Set<CacheKey> = []
        /// Hits and misses since they were last written.
        var uses: [CacheSubject: CacheUses] = [:]
        /// The logs that receive problems with writing.
        var logs: [ObjectIdentifier: StageLog] = [:]
        var isScheduled = false
        var now: Int64 = 0
        /// How often in a row another process held the file.
        var refusals = 0
        /// Why the file is no longer used.
        var reason: Diagnostic?
        var figures = CacheFigures(entries: 0, bytes: 0)
    }

    private let path: String
    private let bounds: DiskBounds
    private let form: EntryForm
    private let state = Locked(State())
    private let writer: DiskThread
    private let readers: [DiskThread]

    /// Creates a cache in a file, which is opened when it is first used.
    ///
    /// - Parameters:
    ///   - path: The file; it and its folders are created if necessary.
    ///   - policy: Which entry is evicted first.
    ///   - entryLimit: The maximum number of entries.
    ///   - byteLimit: The approximate maximum size in the file, in bytes.
    ///   - packs: Whether answers are compressed.
    package init(
        _ path: String,
        policy: EvictionPolicy = .s3fifo,
        entryLimit: Int = .max,
        byteLimit: Int = .max,
        packs: Bool = true
    ) {
        self.path = path
        bounds = DiskBounds(policy: policy, entryLimit: max(1, entryLimit), byteLimit: byteLimit)
        form = EntryForm(packs: packs)
        writer = DiskThread("cache writer", path: path)
        readers = (0..<2).map { DiskThread("cache reader \($0)", path: path) }
    }

    package var figures: CacheFigures { state.withLock { $0.figures } }

    package func entry(of key: CacheKey, at now: Int64, log: StageLog) async -> CacheEntry? {
        let (waiting, reason) = state.withLock { state in
            state.now = max(state.now, now)
            if state.reason != nil { state.figures.failed += 1 }
            return ((state.pending[key] ?? state.writing[key])?.entry, state.reason)
        }
        if let waiting { return waiting.keptUntil > now ? waiting : nil }
        if let reason {
            log.say(reason)
            return nil
        }
        let reader = readers[Int(truncatingIfNeeded: key.low) & 1]
        return await reader.perform { self.read(key, at: now, on: reader, log: log) }
    }

    package func store(
        _ entry: CacheEntry,
        of key: CacheKey,
        subject: CacheSubject,
        at now: Int64,
        log: StageLog
    ) async {
        let (begins, exceedsPending, reason) = state.withLock { state -> (Bool, Bool, Diagnostic?) in
            state.now = max(state.now, now)
            if let reason = state.reason {
                state.figures.failed += 1
                return (false, false, reason)
            }
            guard entry.bytes.count <= EntryForm.largest else {
                state.figures.refused += 1
                return (false, false, nil)
            }
            state.pendingBytes += entry.bytes.count
            state.pending[key] = Waiting(entry: entry, subject: subject)
            state.logs[ObjectIdentifier(log)] = log
            defer { state.isScheduled = true }
            return (!state.isScheduled, state.pendingBytes > Self.mostPending, nil)
        }
        if let reason { log.say(reason) }
        // A caller that stores more than the disk can take waits for it.
        if exceedsPending { await writer.perform { self.write() } } else if begins { writeSoon() }
    }

    package var notesUses: Bool { true }

    package func note(_ uses: CacheUses, of subject: CacheSubject) {
        state.withLock { state in
            state.uses[subject, default: CacheUses()].given += uses.given
            state.uses[subject, default: CacheUses()].fetched += uses.fetched
        }
    }

    package func finish(log: StageLog) async {
        state.withLock { $0.logs[ObjectIdentifier(log)] = log }
        await writer.perform {
            self.write()
            self.conclude(log)
        }
    }

    private func writeSoon() { writer.perform(after: Self.pause) { [weak self] in self?.write() } }

    /// How many bytes may wait to be written.
    private static let mostPending = 4 << 20
    /// How long entries are collected before they are written together.
    private static let pause = Duration.milliseconds(50)
    /// How many uses are collected before they are written, if nothing else is.
    private static let mostFound = 1000
    /// How often in a row the file may be held for `DiskThread.patience` before it is given up: about a second in all.
    private static let mostRefusals = 2
    /// How many expired entries are removed with one write.
    private static let mostExpired = 64
}

/// The work on the threads of the file.
extension DiskCache {
    private func read(_ key: CacheKey, at now: Int64, on lane: DiskThread, log: StageLog) -> CacheEntry? {
        // The file may have been given up while this read waited.
        if let reason = state.withLock({ $0.reason }) {
            fail(reason, log: log)
            return nil
        }
        do {
            let values = try lane.look { connection in
                try connection.rows(
                    """
                    SELECT answers.value FROM entries JOIN answers USING (number)
                    WHERE entries.key = ? AND kept_until > ?
                    """,
                    with: .bytes(key.bytes),
                    .integer(now)
                ) { $0.bytes(0) }
            }
            guard let value = values?.first else { return nil }
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
            fail(error, count: 1, logs: [log])
            return nil
        }
    }

    /// Writes what was collected in one transaction.
    private func write() {
        let (writing, found, unreadable, uses, now, logs) = state.withLock { state in
            defer {
                state.isScheduled = false
                state.writing = state.pending
                state.pending = [:]
                state.pendingBytes = 0
                state.found = [:]
                state.unreadable = []
                state.uses = [:]
                state.logs = [:]
            }
            return (state.pending, state.found, state.unreadable, state.uses, state.now, Array(state.logs.values))
        }
        guard !writing.isEmpty || !found.isEmpty || !unreadable.isEmpty || !uses.isEmpty else { return }
        let answers = writing.map { key, waiting in
            DiskAnswer(
                key: key,
                subject: waiting.subject,
                value: form.bytes(of: waiting.entry),
                storedAt: waiting.entry.storedAt,
                keptUntil: waiting.entry.keptUntil
            )
        }
        change(failing: answers.count, logs: logs) { change throws(Diagnostic) in
            for (subject, uses) in uses { try change.note(uses, of: subject) }
            for (key, times) in found { try change.touch(key, times: times) }
            for key in unreadable { try change.delete(key) }
            // One entry at a time, so that new entries reuse the space of evicted ones and the file does not grow.
            for answer in answers {
                try change.put(answer)
                try change.evict()
            }
            try change.expire(at: now, atMost: Self.mostExpired)
        }
        state.withLock { $0.writing = [:] }
    }

    /// Removes further expired entries, and finds the age of the oldest entry.
    private func conclude(_ log: StageLog) {
        let now = state.withLock { $0.now }
        change(failing: 0, logs: [log]) { change throws(Diagnostic) in
            try change.expire(at: now, atMost: Self.mostExpired * 16)
            try change.findOldest()
        }
    }

    /// Changes the file in one transaction, and notes the outcome.
    private func change(
        failing count: Int,
        logs: [StageLog],
        body: @Sendable (inout DiskChange) throws(Diagnostic) -> Void
    ) {
        if let reason = state.withLock({ $0.reason }) {
            for log in logs { log.say(reason) }
            return
        }
        do {
            let outcome = try writer.use { [bounds] connection in
                try connection.writing("cache", faults: nil) {
                    var change = try DiskChange(connection, bounds: bounds)
                    try body(&change)
                    try change.evict()
                    try change.finish()
                    return change.outcome
                }
            }
            state.withLock { state in
                state.figures.add(outcome)
                state.refusals = 0
            }
        } catch {
            fail(error, count: count, logs: logs)
        }
    }

    private func fail(_ reason: Diagnostic, log: StageLog) {
        state.withLock { $0.figures.failed += 1 }
        log.say(reason)
    }

    /// Logs a problem, and gives the file up unless the problem is transient.
    ///
    /// A log shows the same message only once.
    private func fail(_ error: any Error, count: Int, logs: [StageLog]) {
        let isHeld = (error as? Diagnostic)?.code == DiskProblem.busy(path).code
        let warning = DiskProblem.warning(error, at: path)
        state.withLock { state in
            state.figures.failed += count
            if isHeld { state.refusals += 1 }
            // A process that holds the file for that long is not waited for again: each call would wait.
            let isTransient = isHeld ? state.refusals < Self.mostRefusals : SystemFailure.isDiskFull(error)
            if !isTransient { state.reason = warning }
        }
        for log in logs { log.say(warning) }
    }
}

extension CacheFigures {
    /// Adds the outcome of a change.
    fileprivate mutating func add(_ outcome: DiskChange.Outcome) {
        entries = outcome.entries
        bytes = outcome.bytes
        oldest = outcome.oldest ?? oldest
        evicted += outcome.evicted
        expired += outcome.expired
        refused += outcome.refused
    }
}
