/// A complete file that is about to get its final name: a row of `publication_files`.
///
/// The engine makes it from a `StagedFile` of the plugins, and adds what the file may replace.
///
/// All files of a run are stored before the first is renamed. After a power failure, each of them is examined: if a
/// file with this size and checksum has the final name, it is done; if one has the temporary name, it is renamed;
/// otherwise another program has changed the files.
public struct IntendedFile: Sendable, Hashable {
    /// What a file may replace under its final name.
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        /// A file that the pipeline itself has made and that has not changed since.
        case own
        /// Any file.
        case replace
        /// No file.
        case refuse
        /// Any file: the output contains the rejected records of a run, and the next run replaces it whatever it
        /// contains.
        case rejects
    }

    /// The path until then.
    public var temporaryPath: String
    /// The final path.
    public var path: String
    /// The size in bytes.
    public var bytes: Int
    /// The checksum (`CRC32`).
    public var crc32: UInt32
    /// What it may replace, as configured in the run that made it; nil if an earlier version has stored it.
    public var rule: Rule?

    /// A file to publish.
    public init(temporaryPath: String, path: String, bytes: Int, crc32: UInt32, rule: Rule? = nil) {
        self.temporaryPath = temporaryPath
        self.path = path
        self.bytes = bytes
        self.crc32 = crc32
        self.rule = rule
    }
}
