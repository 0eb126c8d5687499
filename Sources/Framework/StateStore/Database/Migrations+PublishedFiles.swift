extension Migrations {
    /// Adds the files that complete runs have published, one row per path: it belongs to the pipeline that published it
    /// last.
    static let publishedFiles = """
        CREATE TABLE made_files (
            resolved TEXT PRIMARY KEY,          -- from the root, without links
            path     TEXT NOT NULL,             -- as the run had it
            pipeline TEXT NOT NULL,             -- without a partition
            run      TEXT NOT NULL,
            bytes    INTEGER NOT NULL,
            crc32    INTEGER NOT NULL,
            number   INTEGER NOT NULL,          -- grows with each that is stored
            seal     INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX made_files_of_pipeline ON made_files (pipeline, number);
        """
}
