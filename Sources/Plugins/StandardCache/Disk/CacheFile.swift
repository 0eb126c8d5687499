internal import Database
internal import Diagnostics
internal import PluginKit

/// The file of a cache, for who wants to know what is in it, or have it forgotten; no run is needed.
package struct CacheFile: Sendable {
    /// What is kept of one plugin, or server, for one pipeline.
    package struct Content: Sendable, Hashable {
        /// Who asked, and whom.
        package let subject: CacheSubject
        /// How many answers there are.
        package let entries: Int
        /// About how many bytes they take.
        package let bytes: Int
        /// How often a call was given an answer, in all runs.
        package let given: Int
        /// How often one had to be fetched, in all runs.
        package let fetched: Int
        /// When the oldest was fetched, in milliseconds since 1970-01-01T00:00:00Z; nil if there is none.
        package let oldest: Int64?
        /// When the newest was fetched, in the same unit.
        package let newest: Int64?
    }

    /// What was forgotten.
    package struct Forgotten: Sendable, Hashable {
        /// What it was; nothing of a damaged file, in which nobody knows what was.
        package let contents: [Content]
        /// Whether the file is gone with it.
        package let isRemoved: Bool
    }

    /// Where it is.
    package let path: String
    private let isOwn: Bool
    /// The files of parts of divided runs, which are looked at and cleared together with it.
    private let parts: [CacheFile]

    /// The file at a path; it need not be there.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - isOwn: Whether the place is for a cache and nothing else: what lies there may be removed although nobody can
    ///     tell any more that it was one.
    ///   - parts: The files of parts of divided runs that belong to it.
    package init(_ path: String, isOwn: Bool = false, parts: [String] = []) {
        self.path = path
        self.isOwn = isOwn
        self.parts = parts.map { CacheFile($0, isOwn: true) }
    }

    /// Whether it is there.
    package var exists: Bool { FileSystem.exists(path) }

    /// How many bytes it takes, with what lies beside it, and its parts.
    package var bytes: Int {
        Self.ends.reduce(0) { sum, end in sum + (FileSystem.size(of: path + end) ?? 0) }
            + parts.reduce(0) { $0 + $1.bytes }
    }

    /// What is in it and has not come to its end, sorted by pipeline and plugin; nothing if there is no file.
    ///
    /// - Parameters:
    ///   - pipeline: Of which pipeline; nil for all.
    ///   - now: The time, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Returns: What is kept.
    /// - Throws: `cache.*` or `file.*`, with the path.
    package func contents(of pipeline: String? = nil, at now: Int64) throws -> [Content] {
        let own = try ownContents(of: pipeline, at: now)
        return Content.together(try [own] + parts.map { try $0.ownContents(of: pipeline, at: now) })
    }

    private func ownContents(of pipeline: String?, at now: Int64) throws -> [Content] {
        guard exists else { return [] }
        do {
            return try Self.contents(of: pipeline, at: now, in: try DiskFormat.open(path))
        } catch let problem as Diagnostic where SystemFailure.isDiskFull(problem) {
            return try DiskFormat.openOnFullDisk(path).map { try Self.contents(of: pipeline, at: now, in: $0) } ?? []
        }
    }

    /// Forgets answers.
    ///
    /// If everything is to be forgotten, a file goes as a whole that is damaged, or that cannot be written to because the
    /// disk is full; one that does not say that it is a cache goes only from a place of its own.
    ///
    /// - Parameter pipeline: Of which pipeline; nil for all.
    /// - Returns: What is gone.
    /// - Throws: `cache.*` or `file.*`, with the path.
    package func clear(_ pipeline: String? = nil) throws -> Forgotten {
        let all = try [clearOwn(pipeline)] + parts.map { try $0.clearOwn(pipeline) }
        return Forgotten(contents: Content.together(all.map(\.contents)), isRemoved: all.contains { $0.isRemoved })
    }

    private func clearOwn(_ pipeline: String?) throws -> Forgotten {
        guard exists else { return Forgotten(contents: [], isRemoved: false) }
        do {
            return Forgotten(contents: try forget(pipeline, in: try DiskFormat.open(path)), isRemoved: false)
        } catch let problem as Diagnostic where pipeline == nil && mayBeRemoved(problem) {
            remove()
            return Forgotten(contents: [], isRemoved: true)
        } catch let problem as Diagnostic where SystemFailure.isDiskFull(problem) {
            guard pipeline == nil else { throw DiskProblem.explained(problem, at: path) }
            return try removeFromFullDisk()
        }
    }

    private func removeFromFullDisk() throws -> Forgotten {
        do {
            // It keeps others out until the file is gone.
            let connection = try DiskFormat.openOnFullDisk(path)
            let contents = try connection.map { try Self.contents(of: nil, at: nil, in: $0) } ?? []
            withExtendedLifetime(connection) { remove() }
            return Forgotten(contents: contents, isRemoved: true)
        } catch let problem as Diagnostic where mayBeRemoved(problem) {
            remove()
            return Forgotten(contents: [], isRemoved: true)
        }
    }

    /// Whether a file with this problem may go as a whole.
    private func mayBeRemoved(_ problem: Diagnostic) -> Bool {
        problem.code == "cache.corrupt" || (problem.code == "cache.foreign" && isOwn)
    }

    private func remove() {
        for end in Self.ends { FileSystem.remove(path + end) }
    }

    /// What the names of a database and of what lies beside it end with.
    private static let ends = ["", "-wal", "-shm", "-journal"]

    private func forget(_ pipeline: String?, in connection: Connection) throws -> [Content] {
        let gone = try connection.writing("cache", faults: nil) {
            let contents = try Self.rows(of: pipeline, at: nil, in: connection)
            let bounds = DiskBounds(policy: .s3fifo, entryLimit: .max, byteLimit: .max)
            var change = try DiskChange(connection, bounds: bounds)
            try change.clear(pipeline)
            try change.finish()
            return contents
        }
        // Gives the room back to the disk.
        try connection.script("PRAGMA incremental_vacuum")
        if DiskFormat.format(path).journal == .shared { try connection.script("PRAGMA wal_checkpoint(TRUNCATE)") }
        return gone
    }

    private static func contents(
        of pipeline: String?,
        at now: Int64?,
        in connection: Connection
    ) throws(Diagnostic) -> [Content] {
        try connection.reading { () throws(Diagnostic) in try rows(of: pipeline, at: now, in: connection) }
    }

    /// What is in the file, also what has come to its end if there is no time.
    private static func rows(
        of pipeline: String?,
        at now: Int64?,
        in connection: Connection
    ) throws(Diagnostic) -> [Content] {
        try connection.rows(
            """
            SELECT pipeline, plugin, given, fetched, count(key), coalesce(sum(size), 0), min(stored_at), max(stored_at)
            FROM subjects LEFT JOIN entries ON subject = subjects.number AND queue < 2 AND kept_until > ?
            WHERE pipeline = coalesce(?, pipeline) GROUP BY subjects.number ORDER BY pipeline, plugin
            """,
            with: .integer(now ?? .min),
            .text(pipeline)
        ) {
            Content(
                subject: CacheSubject(pipeline: $0.text(0), plugin: $0.text(1)),
                entries: $0.amount(4),
                bytes: $0.amount(5),
                given: $0.amount(2),
                fetched: $0.amount(3),
                oldest: $0.optionalInteger(6),
                newest: $0.optionalInteger(7)
            )
        }
    }
}

extension CacheFile.Content {
    /// What several files have, each subject once, sorted by pipeline and plugin.
    fileprivate static func together(_ files: [[CacheFile.Content]]) -> [CacheFile.Content] {
        guard files.count > 1 else { return files.first ?? [] }
        let bySubject = Dictionary(grouping: files.joined(), by: \.subject)
        let sums = bySubject.map { subject, contents in
            CacheFile.Content(
                subject: subject,
                entries: contents.reduce(0) { $0.adding(clamped: $1.entries) },
                bytes: contents.reduce(0) { $0.adding(clamped: $1.bytes) },
                given: contents.reduce(0) { $0.adding(clamped: $1.given) },
                fetched: contents.reduce(0) { $0.adding(clamped: $1.fetched) },
                oldest: contents.compactMap(\.oldest).min(),
                newest: contents.compactMap(\.newest).max()
            )
        }
        return sums.sorted { ($0.subject.pipeline, $0.subject.plugin) < ($1.subject.pipeline, $1.subject.plugin) }
    }
}
