internal import Diagnostics

/// The tables, as a list of migrations.
///
/// Each entry leads from its index to the next version; none is ever changed.
enum Migrations {
    /// The version that this code reads and writes.
    static var newest: Int { all.count }

    /// `Sprk`, the application ID in the file's header.
    static let applicationID: Int64 = 0x5370_726B

    static let all = [
        """
        CREATE TABLE runs (
            number        INTEGER PRIMARY KEY,  -- grows; clocks may go back, this does not
            pipeline      TEXT NOT NULL,
            id            TEXT NOT NULL,
            date          TEXT NOT NULL,        -- local, for output paths
            time          TEXT NOT NULL,
            configuration TEXT NOT NULL,
            started_at    INTEGER NOT NULL,     -- milliseconds since 1970-01-01T00:00:00Z
            ended_at      INTEGER,
            attempts      INTEGER NOT NULL,
            status        TEXT NOT NULL,
            checkpoint    INTEGER NOT NULL,     -- number of the newest; 0 for none
            seal          INTEGER NOT NULL,
            UNIQUE (pipeline, id)
        ) STRICT;
        CREATE INDEX runs_of_pipeline ON runs (pipeline, number);
        CREATE TABLE reports (
            run  INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
            json TEXT NOT NULL,
            seal INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE checkpoints (
            run      INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
            sequence INTEGER NOT NULL,
            counters BLOB NOT NULL,
            seal     INTEGER NOT NULL           -- over the rows of the next two tables, too
        ) STRICT;
        CREATE TABLE checkpoint_stages (
            run   INTEGER NOT NULL REFERENCES checkpoints ON DELETE CASCADE,
            kind  TEXT NOT NULL,                -- cursor, mark, state
            stage TEXT NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY (run, kind, stage)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE checkpoint_parts (
            run      INTEGER NOT NULL REFERENCES checkpoints ON DELETE CASCADE,
            position INTEGER NOT NULL,
            path     TEXT NOT NULL,
            bytes    INTEGER NOT NULL,
            crc32    INTEGER NOT NULL,
            records  INTEGER NOT NULL,
            PRIMARY KEY (run, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE publications (
            run  INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
            seal INTEGER NOT NULL               -- over the rows of the next table
        ) STRICT;
        CREATE TABLE publication_files (
            run            INTEGER NOT NULL REFERENCES publications ON DELETE CASCADE,
            position       INTEGER NOT NULL,
            temporary_path TEXT NOT NULL,
            path           TEXT NOT NULL,
            bytes          INTEGER NOT NULL,
            crc32          INTEGER NOT NULL,
            PRIMARY KEY (run, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE bookmarks (
            pipeline   TEXT NOT NULL,
            stage      TEXT NOT NULL,
            cursor     TEXT NOT NULL,
            edge       BLOB NOT NULL,
            run        TEXT NOT NULL,
            changed_at INTEGER NOT NULL,
            seal       INTEGER NOT NULL,
            PRIMARY KEY (pipeline, stage)
        ) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE temporary_files (
            pipeline TEXT NOT NULL,
            path     TEXT NOT NULL,             -- from the root
            run      TEXT NOT NULL,
            seal     INTEGER NOT NULL,
            PRIMARY KEY (pipeline, path)
        ) STRICT, WITHOUT ROWID;
        """,
        publishedFiles,
        """
        -- What a bookmark belongs to; NULL where that is not known.
        ALTER TABLE bookmarks ADD COLUMN source TEXT;
        ALTER TABLE bookmarks ADD COLUMN file TEXT;
        """,
        """
        -- What the file may replace: own, replace, refuse, rejects; NULL where that is not known.
        ALTER TABLE publication_files ADD COLUMN rule TEXT;
        """,
        intentions,
    ]

    /// The tables from which a run is resumed.
    ///
    /// They are small, so checking all their pages is fast.
    ///
    /// Reports are not among them; each has a seal of its own.
    static let checkedTables = [
        "runs", "checkpoints", "checkpoint_stages", "checkpoint_parts", "publications", "publication_files",
        "intended_commits", "intended_bookmarks", "bookmarks", "temporary_files", "made_files",
    ]
}
