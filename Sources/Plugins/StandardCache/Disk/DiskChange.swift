internal import Database
internal import Diagnostics
internal import PluginKit

/// One transaction on the file of a cache.
///
/// Eviction uses two queues, as S3-FIFO does in memory: a new entry moves to the second queue only after it was used
/// once, and from the second queue an entry is evicted that was not used since it was last examined. With `lru` there
/// is one queue, and each use moves an entry to its end.
struct DiskChange {
    let connection: Connection
    let bounds: DiskBounds
    private var sums: DiskSums
    private var evicted = 0
    private var expired = 0
    private var refused = 0
    private var oldest: Int64?
    private var subjects: [CacheSubject: Int64] = [:]

    /// Begins a change on an open connection, in a transaction that writes.
    init(_ connection: Connection, bounds: DiskBounds) throws(Diagnostic) {
        self.connection = connection
        self.bounds = bounds
        sums = try connection.diskSums()
    }

    /// Stores an answer and replaces the previous one.
    mutating func put(_ answer: DiskAnswer) throws(Diagnostic) {
        let size = DiskSums.size(ofAnswer: answer.value.count)
        let known = try entry(of: answer.key)
        guard size <= bounds.byteLimit else {
            refused += 1
            if let known { try remove(known) }
            return
        }
        let subject = try number(of: answer.subject)
        let queue: DiskQueue = known == nil && bounds.policy == .s3fifo ? .new : known?.returns ?? .proved
        if let known { sums.count(-1, in: known.queue, size: known.size) }
        sums.count(1, in: queue, size: size)
        try connection.run(
            """
            INSERT INTO entries (key, subject, queue, place, uses, size, stored_at, kept_until)
            VALUES (?, ?, ?, ?, 0, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET subject = excluded.subject, queue = excluded.queue, place = excluded.place,
                size = excluded.size, stored_at = excluded.stored_at, kept_until = excluded.kept_until
            """,
            with: .bytes(answer.key.bytes),
            .integer(subject),
            .integer(queue.rawValue),
            .integer(sums.nextPlace()),
            .integer(size),
            .integer(answer.storedAt),
            .integer(answer.keptUntil)
        )
        try connection.run(
            "INSERT OR REPLACE INTO answers SELECT number, ? FROM entries WHERE key = ?",
            with: .bytes(answer.value),
            .bytes(answer.key.bytes)
        )
    }

    /// Notes that an answer was found in the file `times` times.
    mutating func touch(_ key: CacheKey, times: Int) throws(Diagnostic) {
        if bounds.policy == .lru {
            try connection.run(
                "UPDATE entries SET queue = 1, place = ? WHERE key = ? AND queue = 1",
                with: .integer(sums.nextPlace()),
                .bytes(key.bytes)
            )
        }
        try connection.run(
            "UPDATE entries SET uses = min(3, uses + ?) WHERE key = ? AND queue < 2",
            with: .integer(times),
            .bytes(key.bytes)
        )
    }

    /// Adds hits and misses.
    mutating func note(_ uses: CacheUses, of subject: CacheSubject) throws(Diagnostic) {
        try connection.run(
            "UPDATE subjects SET given = given + ?, fetched = fetched + ? WHERE number = ?",
            with: .integer(uses.given),
            .integer(uses.fetched),
            .integer(try number(of: subject))
        )
    }

    /// Deletes an answer that cannot be read.
    mutating func delete(_ key: CacheKey) throws(Diagnostic) {
        if let known = try entry(of: key) { try remove(known) }
    }

    /// Deletes all entries of a pipeline, including those that only record an eviction; of all pipelines if nil.
    mutating func clear(_ pipeline: String?) throws(Diagnostic) {
        let condition = "WHERE subject IN (SELECT number FROM subjects WHERE pipeline = coalesce(?, pipeline))"
        for entry in try entries(condition, values: .text(pipeline)) { try remove(entry) }
        try connection.run("DELETE FROM subjects WHERE pipeline = coalesce(?, pipeline)", with: .text(pipeline))
    }

    /// Deletes at most `limit` expired entries.
    mutating func expire(at now: Int64, atMost limit: Int) throws(Diagnostic) {
        for entry in try entries("WHERE kept_until <= ? AND queue < 2 LIMIT ?", values: .integer(now), .integer(limit))
        {
            try remove(entry)
            expired += 1
        }
    }

    /// Evicts entries until the limits are met.
    mutating func evict() throws(Diagnostic) {
        while sums.entries > bounds.entryLimit || sums.bytes > bounds.byteLimit {
            // Only records of evicted entries are left.
            if sums.entries == 0 { break }
            // A tenth of the space is for new entries, as in memory.
            let isNewTooMuch = sums.new.entries > 0 && sums.new.bytes * 9 > sums.proved.bytes
            let queue: DiskQueue = sums.proved.entries == 0 || isNewTooMuch ? .new : .proved
            guard
                let entry = try entries("WHERE queue = ? ORDER BY place LIMIT 1", values: .integer(queue.rawValue))
                    .first
            else {
                throw DiskProblem.corrupt(connection.path, detail: "its sums are wrong")
            }
            try evict(entry)
        }
        while sums.memories > max(16, sums.entries / 2) {
            guard let memory = try entries("WHERE queue = 2 ORDER BY place LIMIT 1").first else {
                throw DiskProblem.corrupt(connection.path, detail: "its sums are wrong")
            }
            try remove(memory)
        }
    }

    /// Finds when the oldest entry was fetched.
    mutating func findOldest() throws(Diagnostic) {
        let found = try connection.rows("SELECT min(stored_at) FROM entries WHERE queue < 2") { $0.optionalInteger(0) }
        oldest = found.first ?? nil
    }

    /// Completes the change; the transaction can be committed.
    func finish() throws(Diagnostic) { try connection.store(sums) }

    /// The contents after the change, and what happened to entries.
    struct Outcome: Sendable {
        let entries: Int
        let bytes: Int
        let evicted: Int
        let expired: Int
        let refused: Int
        /// When the oldest entry was fetched, if `findOldest` was called.
        let oldest: Int64?
    }

    /// The changes so far.
    var outcome: Outcome {
        Outcome(
            entries: sums.entries,
            bytes: sums.bytes,
            evicted: evicted,
            expired: expired,
            refused: refused,
            oldest: oldest
        )
    }

    private mutating func evict(_ entry: Entry) throws(Diagnostic) {
        if bounds.policy == .s3fifo, entry.uses > 0 {
            try move(entry, to: .proved, uses: entry.queue == .new ? 0 : entry.uses - 1)
            return
        }
        evicted += 1
        if entry.queue == .new {
            try move(entry, to: .memory, uses: 0)
        } else {
            try remove(entry)
        }
    }

    private mutating func move(_ entry: Entry, to queue: DiskQueue, uses: Int) throws(Diagnostic) {
        sums.count(-1, in: entry.queue, size: entry.size)
        sums.count(1, in: queue, size: entry.size)
        try connection.run(
            "UPDATE entries SET queue = ?, place = ?, uses = ? WHERE number = ?",
            with: .integer(queue.rawValue),
            .integer(sums.nextPlace()),
            .integer(uses),
            .integer(entry.number)
        )
        if queue == .memory { try connection.run("DELETE FROM answers WHERE number = ?", with: .integer(entry.number)) }
    }

    private mutating func remove(_ entry: Entry) throws(Diagnostic) {
        sums.count(-1, in: entry.queue, size: entry.size)
        try connection.run("DELETE FROM answers WHERE number = ?", with: .integer(entry.number))
        try connection.run("DELETE FROM entries WHERE number = ?", with: .integer(entry.number))
    }

    private mutating func number(of subject: CacheSubject) throws(Diagnostic) -> Int64 {
        if let number = subjects[subject] { return number }
        try connection.run(
            "INSERT INTO subjects (pipeline, plugin, given, fetched) VALUES (?, ?, 0, 0) ON CONFLICT DO NOTHING",
            with: .text(subject.pipeline),
            .text(subject.plugin)
        )
        let found = try connection.rows(
            "SELECT number FROM subjects WHERE pipeline = ? AND plugin = ?",
            with: .text(subject.pipeline),
            .text(subject.plugin)
        ) { $0.integer(0) }
        let number = found.first ?? 0
        subjects[subject] = number
        return number
    }
}

extension DiskChange {
    /// A row of the table of entries.
    private struct Entry {
        let number: Int64
        let queue: DiskQueue
        let uses: Int
        let size: Int

        /// The queue of the entry when it is stored again.
        var returns: DiskQueue { queue == .memory ? .proved : queue }
    }

    private func entry(of key: CacheKey) throws(Diagnostic) -> Entry? {
        try entries("WHERE key = ?", values: .bytes(key.bytes)).first
    }

    private func entries(_ condition: String, values: SQLValue...) throws(Diagnostic) -> [Entry] {
        let path = connection.path
        return try connection.rows("SELECT number, queue, uses, size FROM entries \(condition)", with: values) {
            row throws(Diagnostic) in
            guard let queue = DiskQueue(rawValue: row.integer(1)) else {
                throw DiskProblem.corrupt(path, detail: "an entry is in an unknown queue")
            }
            return Entry(
                number: row.integer(0),
                queue: queue,
                uses: row.amount(2),
                size: row.amount(3)
            )
        }
    }
}

/// The limits of the file, and which entry is evicted first.
struct DiskBounds: Sendable {
    let policy: EvictionPolicy
    let entryLimit: Int
    let byteLimit: Int
}

/// An answer to be written to the file.
struct DiskAnswer: Sendable {
    let key: CacheKey
    let subject: CacheSubject
    let value: [UInt8]
    let storedAt: Int64
    let keptUntil: Int64
}

extension CacheKey {
    /// The key as 16 bytes.
    var bytes: [UInt8] {
        [high, low].flatMap { half in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
        }
    }
}
