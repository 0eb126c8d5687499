internal import Database
internal import Diagnostics
internal import PluginKit

/// One transaction on the file of a cache.
///
/// What goes first when there is no room is told by two queues, as S3-FIFO does it in memory: a new entry has to be asked
/// for once before it comes to those that stay, and of those the one that has not been asked for since it was last looked at
/// goes. For `lru` there is one queue, and each use puts an entry at its end.
struct DiskChange {
    let connection: Connection
    let bounds: DiskBounds
    private var sums: DiskSums
    private var evicted = 0
    private var expired = 0
    private var refused = 0
    private var oldest: Int64?
    private var subjects: [CacheSubject: Int64] = [:]

    /// A change of the file that a connection has open; a transaction that writes has begun.
    init(_ connection: Connection, bounds: DiskBounds) throws(Diagnostic) {
        self.connection = connection
        self.bounds = bounds
        sums = try connection.diskSums()
    }

    /// Puts an answer instead of the one before.
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

    /// Takes note that an answer was found in the file so many times.
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

    /// Takes note of how often calls had an answer.
    mutating func note(_ uses: CacheUses, of subject: CacheSubject) throws(Diagnostic) {
        try connection.run(
            "UPDATE subjects SET given = given + ?, fetched = fetched + ? WHERE number = ?",
            with: .integer(uses.given),
            .integer(uses.fetched),
            .integer(try number(of: subject))
        )
    }

    /// Forgets an answer that cannot be read.
    mutating func forget(_ key: CacheKey) throws(Diagnostic) {
        if let known = try entry(of: key) { try remove(known) }
    }

    /// Removes all that a pipeline has asked for, with the memory of what went; all of everybody if none is named.
    mutating func clear(_ pipeline: String?) throws(Diagnostic) {
        let condition = "WHERE subject IN (SELECT number FROM subjects WHERE pipeline = coalesce(?, pipeline))"
        for entry in try entries(condition, values: .text(pipeline)) { try remove(entry) }
        try connection.run("DELETE FROM subjects WHERE pipeline = coalesce(?, pipeline)", with: .text(pipeline))
    }

    /// Removes entries whose time is over, at most so many.
    mutating func expire(at now: Int64, atMost limit: Int) throws(Diagnostic) {
        for entry in try entries("WHERE kept_until <= ? AND queue < 2 LIMIT ?", values: .integer(now), .integer(limit))
        {
            try remove(entry)
            expired += 1
        }
    }

    /// Removes entries until what is left is within the bounds.
    mutating func evict() throws(Diagnostic) {
        while sums.entries > bounds.entryLimit || sums.bytes > bounds.byteLimit {
            // What is left is the memory of what went.
            if sums.entries == 0 { break }
            // A tenth of the room is for what is new, as in memory.
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

    /// Looks when the oldest of all entries was fetched.
    mutating func findOldest() throws(Diagnostic) {
        let found = try connection.rows("SELECT min(stored_at) FROM entries WHERE queue < 2") { $0.optionalInteger(0) }
        oldest = found.first ?? nil
    }

    /// Ends the change; the transaction can be committed.
    func finish() throws(Diagnostic) { try connection.store(sums) }

    /// What is there after the change, and what became of what was.
    struct Outcome: Sendable {
        let entries: Int
        let bytes: Int
        let evicted: Int
        let expired: Int
        let refused: Int
        /// When the oldest entry was fetched, if that was looked for.
        let oldest: Int64?
    }

    /// What has changed so far.
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
    /// A row of the entries, or of the memories of entries.
    private struct Entry {
        let number: Int64
        let queue: DiskQueue
        let uses: Int
        let size: Int

        /// Where it stands when it is stored anew.
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
                throw DiskProblem.corrupt(path, detail: "an entry stands in a queue that there is not")
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

/// How much there may be in the file, and what goes first.
struct DiskBounds: Sendable {
    let policy: EvictionPolicy
    let entryLimit: Int
    let byteLimit: Int
}

/// An answer on its way into the file.
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
