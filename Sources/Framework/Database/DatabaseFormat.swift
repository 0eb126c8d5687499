/// What a database of ours looks like, and how it came to look so.
package struct DatabaseFormat: Sendable {
    /// The number in the file's header that is for telling formats apart.
    package let applicationID: Int64
    /// The scripts that made it: each leads from its index to the next version, and none is ever changed.
    package let migrations: [String]
    /// What has to be said before there are tables.
    package let preamble: String
    /// Whether a commit waits for the disk, so that it outlives a power cut.
    ///
    /// Without, a power cut may take back the last commits, but never damages what is there.
    package let waitsForDisk: Bool
    /// How a change that was cut off is taken back.
    package let journal: Journal

    /// How a database keeps what it needs to take back a change that was cut off.
    package enum Journal: Sendable {
        /// In `….db-wal`: who reads waits for nobody. All who use the file share memory (`….db-shm`), so they have to be on
        /// one machine.
        case shared
        /// In `….db-journal`, which is there during a change only. Nothing but locks on the file is needed, so the file can
        /// be used from several machines. Who reads and who writes wait for each other, for as long as one change takes.
        case rollback
    }

    /// A format.
    ///
    /// - Parameters:
    ///   - applicationID: The number in the file's header.
    ///   - migrations: The scripts that made it.
    ///   - preamble: What has to be said before there are tables.
    ///   - waitsForDisk: Whether a commit waits for the disk.
    ///   - journal: How a change that was cut off is taken back.
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
