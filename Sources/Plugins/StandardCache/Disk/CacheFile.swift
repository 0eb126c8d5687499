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
        /// How often an answer was found, in all runs.
        package let given: Int
        /// How often one was fetched and stored, in all runs.
        package let fetched: Int
        /// When the oldest was fetched, in milliseconds since 1970-01-01T00:00:00Z; nil if there is none.
        package let oldest: Int64?
        /// When the newest was fetched, in the same unit.
        package let newest: Int64?
    }

    /// Where it is.
    package let path: String

    /// The file at a path; it need not be there.
    package init(_ path: String) { self.path = path }

    /// Whether it is there.
    package var exists: Bool { FileSystem.exists(path) }

    /// How many bytes it takes, with what lies beside it.
    package var bytes: Int {
        ["", "-wal", "-shm"].reduce(0) { sum, end in sum + (FileSystem.size(of: path + end) ?? 0) }
    }

    /// What is in it, sorted by pipeline and plugin; nothing if there is no file.
    ///
    /// - Parameter pipeline: Of which pipeline; nil for all.
    /// - Returns: What is kept.
    /// - Throws: `cache.*` or `file.*`, with the path.
    package func contents(of pipeline: String? = nil) throws -> [Content] {
        guard exists else { return [] }
        let connection = try DiskFormat.open(path)
        return try connection.reading { () throws(Diagnostic) in try Self.contents(of: pipeline, connection) }
    }

    /// Forgets answers.
    ///
    /// A file that is damaged goes as a whole, if everything is to be forgotten.
    ///
    /// - Parameter pipeline: Of which pipeline; nil for all.
    /// - Returns: What is gone; nothing of a damaged file, in which nobody knows what was.
    /// - Throws: `cache.*` or `file.*`, with the path.
    package func clear(_ pipeline: String? = nil) throws -> [Content] {
        guard exists else { return [] }
        do {
            return try forget(pipeline, try DiskFormat.open(path))
        } catch let problem as Diagnostic where problem.code == "cache.corrupt" && pipeline == nil && isOurs {
            for end in ["", "-wal", "-shm"] { FileSystem.remove(path + end) }
            return []
        }
    }

    /// Whether a file that cannot be opened was a cache: a database with our number in its header (SQLite, "Database File
    /// Format" 1.3).
    private var isOurs: Bool {
        guard let header = try? InputFile(path).readAll(atMost: 1 << 40), header.count >= 72 else { return false }
        let number = header[68..<72].reduce(0 as Int64) { $0 << 8 | Int64($1) }
        return Array(header[..<15]) == Array("SQLite format 3".utf8) && number == DiskFormat.format.applicationID
    }

    private func forget(_ pipeline: String?, _ connection: Connection) throws -> [Content] {
        let gone = try connection.writing("cache", nil) {
            let contents = try Self.contents(of: pipeline, connection)
            let bounds = DiskBounds(policy: .s3fifo, entryLimit: .max, byteLimit: .max)
            var change = try DiskChange(connection, bounds)
            try change.clear(pipeline)
            try change.finish()
            return contents
        }
        // Gives the room back to the disk.
        try connection.script("PRAGMA incremental_vacuum")
        try connection.script("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone
    }

    private static func contents(of pipeline: String?, _ connection: Connection) throws(Diagnostic) -> [Content] {
        try connection.rows(
            """
            SELECT pipeline, plugin, given, fetched, count(key), coalesce(sum(size), 0), min(stored_at), max(stored_at)
            FROM subjects LEFT JOIN entries ON subject = subjects.number AND queue < 2
            WHERE pipeline = coalesce(?, pipeline) GROUP BY subjects.number ORDER BY pipeline, plugin
            """,
            .text(pipeline)
        ) {
            Content(
                subject: CacheSubject(pipeline: $0.text(0), plugin: $0.text(1)),
                entries: Int($0.integer(4)),
                bytes: Int($0.integer(5)),
                given: Int($0.integer(2)),
                fetched: Int($0.integer(3)),
                oldest: $0.optionalInteger(6),
                newest: $0.optionalInteger(7)
            )
        }
    }
}
