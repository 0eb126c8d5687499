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

    /// A format.
    ///
    /// - Parameters:
    ///   - applicationID: The number in the file's header.
    ///   - migrations: The scripts that made it.
    ///   - preamble: What has to be said before there are tables.
    ///   - waitsForDisk: Whether a commit waits for the disk.
    package init(applicationID: Int64, migrations: [String], preamble: String = "", waitsForDisk: Bool = true) {
        self.applicationID = applicationID
        self.migrations = migrations
        self.preamble = preamble
        self.waitsForDisk = waitsForDisk
    }
}
