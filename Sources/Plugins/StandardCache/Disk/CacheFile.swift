internal import Database
internal import Diagnostics
internal import PluginKit

/// The file of a cache, for listing and clearing it without a run.
package struct CacheFile: Sendable {
    /// The entries of one plugin or server for one pipeline.
    package struct Content: Sendable, Hashable {
        /// The origin of the entries.
        package let subject: CacheSubject
        /// The number of entries.
        package let entries: Int
        /// Their approximate size in bytes.
        package let bytes: Int
        /// The hits in all runs.
        package let given: Int
        /// The misses in all runs.
        package let fetched: Int
        /// When the oldest entry was fetched, in milliseconds since 1970-01-01T00:00:00Z; nil if there is none.
        package let oldest: Int64?
        /// When the newest entry was fetched, in the same unit.
        package let newest: Int64?
    }

    /// What was deleted.
    package struct Cleared: Sendable, Hashable {
        /// The deleted entries; empty for a damaged file, whose contents are unknown.
        package let contents: [Content]
        /// Whether the file was deleted too.
        package let isRemoved: Bool
    }

    /// The path of the file.
    package let path: String
    private let isOwn: Bool
    /// The files of parts of divided runs, which are listed and cleared together with this file.
    private let parts: [CacheFile]

    /// Creates a reference to a file, which need not exist.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - isOwn: Whether the path is reserved for a cache: then a file may be deleted even if it is no longer
    ///     recognisable as one.
    ///   - parts: The files of parts of divided runs that belong to it.
    package init(_ path: String, isOwn: Bool = false, parts: [String] = []) {
        self.path = path
        self.isOwn = isOwn
        self.parts = parts.map { CacheFile($0, isOwn: true) }
    }

    /// Whether the file exists.
    package var exists: Bool { FileSystem.exists(path) }

    /// Its size in bytes, including the database's other files and the files of parts of divided runs.
    package var bytes: Int {
        Self.ends.reduce(0) { sum, end in sum + (FileSystem.size(of: path + end) ?? 0) }
            + parts.reduce(0) { $0 + $1.bytes }
    }

    /// The entries that have not expired, by pipeline and plugin; empty if there is no file.
    ///
    /// - Parameters:
    ///   - pipeline: The name of a pipeline; nil for all.
    ///   - now: The time, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Returns: The entries.
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

    /// Deletes entries.
    ///
    /// With `pipeline` nil, a file that is damaged, or cannot be written because the disk is full, is deleted. A file
    /// that is not recognisable as a cache is deleted only if `isOwn` is true.
    ///
    /// - Parameter pipeline: The name of a pipeline; nil for all.
    /// - Returns: What was deleted.
    /// - Throws: `cache.*` or `file.*`, with the path.
    package func clear(_ pipeline: String? = nil) throws -> Cleared {
        let all = try [clearOwn(pipeline)] + parts.map { try $0.clearOwn(pipeline) }
        return Cleared(contents: Content.together(all.map(\.contents)), isRemoved: all.contains { $0.isRemoved })
    }

    private func clearOwn(_ pipeline: String?) throws -> Cleared {
        guard exists else { return Cleared(contents: [], isRemoved: false) }
        do {
            return Cleared(contents: try delete(pipeline, in: try DiskFormat.open(path)), isRemoved: false)
        } catch let problem as Diagnostic where pipeline == nil && mayBeRemoved(problem) {
            remove()
            return Cleared(contents: [], isRemoved: true)
        } catch let problem as Diagnostic where SystemFailure.isDiskFull(problem) {
            guard pipeline == nil else { throw DiskProblem.explained(problem, at: path) }
            return try removeFromFullDisk()
        }
    }

    private func removeFromFullDisk() throws -> Cleared {
        do {
            // The connection locks the file until it is deleted.
            let connection = try DiskFormat.openOnFullDisk(path)
            let contents = try connection.map { try Self.contents(of: nil, at: nil, in: $0) } ?? []
            withExtendedLifetime(connection) { remove() }
            return Cleared(contents: contents, isRemoved: true)
        } catch let problem as Diagnostic where mayBeRemoved(problem) {
            remove()
            return Cleared(contents: [], isRemoved: true)
        }
    }

    /// Whether a file with this problem may be deleted.
    private func mayBeRemoved(_ problem: Diagnostic) -> Bool {
        problem.code == "cache.corrupt" || (problem.code == "cache.foreign" && isOwn)
    }

    private func remove() {
        for end in Self.ends { FileSystem.remove(path + end) }
    }

    /// The suffixes of the files of a database.
    private static let ends = ["", "-wal", "-shm", "-journal"]

    private func delete(_ pipeline: String?, in connection: Connection) throws -> [Content] {
        let deleted = try connection.writing("cache", faults: nil) {
            let contents = try Self.rows(of: pipeline, at: nil, in: connection)
            let bounds = DiskBounds(policy: .s3fifo, entryLimit: .max, byteLimit: .max)
            var change = try DiskChange(connection, bounds: bounds)
            try change.clear(pipeline)
            try change.finish()
            return contents
        }
        // Returns the free pages to the file system.
        try connection.script("PRAGMA incremental_vacuum")
        if DiskFormat.format(path).journal == .shared { try connection.script("PRAGMA wal_checkpoint(TRUNCATE)") }
        return deleted
    }

    private static func contents(
        of pipeline: String?,
        at now: Int64?,
        in connection: Connection
    ) throws(Diagnostic) -> [Content] {
        try connection.reading { () throws(Diagnostic) in try rows(of: pipeline, at: now, in: connection) }
    }

    /// The entries in the file, including expired ones if `now` is nil.
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
    /// The entries of several files, each subject once, sorted by pipeline and plugin.
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
