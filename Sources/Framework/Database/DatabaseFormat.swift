/// The format of a database, and its migrations.
package struct DatabaseFormat: Sendable {
    /// The application ID in the file's header.
    package let applicationID: Int64
    /// The migrations: each leads from its index to the next version, and none is ever changed.
    package let migrations: [String]
    /// The statements to execute before tables are created.
    package let preamble: String
    /// Whether a commit waits for the disk, so that it survives a power failure.
    ///
    /// If not, a power failure may lose the last commits, but never damages the database.
    package let waitsForDisk: Bool
    /// How an interrupted change is rolled back.
    package let journal: Journal

    /// The kind of journal for rolling back an interrupted change.
    package enum Journal: Sendable {
        /// In `….db-wal`: readers do not wait. All users of the file share memory (`….db-shm`), so they have to be on
        /// one machine.
        case shared
        /// In `….db-journal`, which exists only during a change. It needs only locks on the file, so the file can be
        /// used from several machines. Readers and writers wait for each other, for the duration of one change.
        case rollback
    }

    /// Creates a format.
    ///
    /// - Parameters:
    ///   - applicationID: The application ID in the file's header.
    ///   - migrations: The migrations.
    ///   - preamble: The statements to execute before tables are created.
    ///   - waitsForDisk: Whether a commit waits for the disk.
    ///   - journal: How an interrupted change is rolled back.
    package init(
        applicationID: Int64,
        migrations: [String],
        preamble: String = "",
        waitsForDisk: Bool = true,
        journal: Journal
    ) {
        self.applicationID = applicationID
        self.migrations = migrations
        self.preamble = preamble
        self.waitsForDisk = waitsForDisk
        self.journal = journal
    }
}
