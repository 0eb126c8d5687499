internal import Database
internal import Diagnostics
internal import PluginKit

/// The format of the file: a SQLite database.
enum DiskFormat {
    /// The format of a file.
    ///
    /// The application id in the header is `SprC`. The file of one part of a divided run is used from several machines
    /// in succession, so it uses no shared memory.
    ///
    /// - Parameter path: The file.
    /// - Returns: Its format.
    static func format(_ path: String) -> DatabaseFormat {
        DatabaseFormat(
            applicationID: 0x5370_7243,
            migrations: migrations,
            preamble: "PRAGMA auto_vacuum = INCREMENTAL",
            waitsForDisk: false,
            journal: path.hasSuffix(partEnd) ? .rollback : .shared
        )
    }

    /// The suffix of the file of one part.
    static let partEnd = ".cache.db"

    private static let migrations = [
        """
        CREATE TABLE subjects (
            number   INTEGER PRIMARY KEY,
            pipeline TEXT NOT NULL,
            plugin   TEXT NOT NULL,
            given    INTEGER NOT NULL,         -- how often an answer was found
            fetched  INTEGER NOT NULL,         -- how often one was stored
            UNIQUE (pipeline, plugin)
        ) STRICT;
        CREATE TABLE entries (
            number     INTEGER PRIMARY KEY,
            key        BLOB NOT NULL UNIQUE,
            subject    INTEGER NOT NULL,
            queue      INTEGER NOT NULL,       -- 0: on probation, 1: proved, 2: only the memory of one that went
            place      INTEGER NOT NULL,       -- in the queue; the least goes first
            uses       INTEGER NOT NULL,
            size       INTEGER NOT NULL,       -- about what it takes in the file
            stored_at  INTEGER NOT NULL,       -- milliseconds since 1970-01-01T00:00:00Z
            kept_until INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX entries_in_queue ON entries (queue, place);
        CREATE INDEX entries_by_end ON entries (kept_until) WHERE queue < 2;
        CREATE TABLE answers (
            number INTEGER PRIMARY KEY,        -- that of the entry
            value  BLOB NOT NULL               -- as EntryForm makes it, with a checksum
        ) STRICT;
        CREATE TABLE sums (
            number          INTEGER PRIMARY KEY CHECK (number = 1),
            place           INTEGER NOT NULL,  -- the last one given away
            new_entries     INTEGER NOT NULL,
            new_bytes       INTEGER NOT NULL,
            proved_entries  INTEGER NOT NULL,
            proved_bytes    INTEGER NOT NULL,
            memories        INTEGER NOT NULL
        ) STRICT;
        INSERT INTO sums VALUES (1, 0, 0, 0, 0, 0, 0);
        """
    ]

    /// Opens the file; it and its folders are created if necessary.
    ///
    /// Only the owner may read a new file: answers are not encrypted.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - patience: How long to wait for another process that is writing.
    /// - Returns: A connection.
    /// - Throws: `cache.*` or `file.*`, with the path.
    static func open(_ path: String, patience: Duration = .seconds(1)) throws -> Connection {
        if !FileSystem.isFolder(path) { _ = try OutputTarget(path) }
        try FileSystem.createFolder(around: path)
        let connection = try DatabaseFile.open(
            path,
            format: format(path),
            for: .owner,
            patience: patience,
            problems: DiskProblem.self
        )
        // The maximum size of the journal when it is empty.
        try connection.script("PRAGMA journal_size_limit = 4194304")
        return connection
    }

    /// Opens an existing file to read from it although the disk is full.
    ///
    /// No other process can use it meanwhile, so it should be closed soon.
    ///
    /// - Parameter path: The file.
    /// - Returns: A connection; nil if there is nothing to read.
    /// - Throws: `cache.*` or `file.*`, with the path.
    static func openOnFullDisk(_ path: String) throws(Diagnostic) -> Connection? {
        guard FileSystem.exists(path) else { return nil }
        let connection = try DatabaseFile.openExisting(path, patience: .seconds(1), problems: DiskProblem.self)
        return try connection.prepareForReading(format(path)) ? connection : nil
    }
}
