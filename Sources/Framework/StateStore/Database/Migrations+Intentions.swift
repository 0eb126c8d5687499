extension Migrations {
    /// Adds intentions other than files, and the form of checkpoints.
    static let intentions = """
        -- The number of the form of the rest; NULL of a version that did not state one.
        ALTER TABLE checkpoints ADD COLUMN form INTEGER;
        -- 1 if the next two tables belong to it; NULL of a version that knew files alone.
        ALTER TABLE publications ADD COLUMN form INTEGER;
        CREATE TABLE intended_commits (
            run          INTEGER NOT NULL REFERENCES publications ON DELETE CASCADE,
            position     INTEGER NOT NULL,      -- the order of the commits
            stage        TEXT NOT NULL,
            plugin       TEXT NOT NULL,
            version      INTEGER NOT NULL,
            is_refusable INTEGER NOT NULL,
            options      TEXT NOT NULL,         -- TOML, references as they were written
            mark         TEXT NOT NULL,
            is_done      INTEGER NOT NULL,
            PRIMARY KEY (run, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE intended_bookmarks (
            run      INTEGER NOT NULL REFERENCES publications ON DELETE CASCADE,
            position INTEGER NOT NULL,
            stage    TEXT NOT NULL,
            cursor   TEXT NOT NULL,
            edge     BLOB NOT NULL,
            source   TEXT,
            file     TEXT,
            PRIMARY KEY (run, position)
        ) STRICT, WITHOUT ROWID;
        """
}
