/// A complete file that is to get its final name.
///
/// All of a run's are stored before the first is renamed. Whoever finds them after a power cut looks at each: if there
/// is a file of this size and checksum under the final name, it is done; if there is one under the temporary name, it is
/// renamed; otherwise somebody has been at the files.
public struct Publication: Sendable, Hashable {
    /// What a file may replace under its final name.
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        /// What the pipeline itself has made and nobody has changed.
        case own
        /// Anything.
        case replace
        /// Nothing.
        case refuse
        /// Anything: it has the rejected records of a run, and the next run replaces it whatever is in it.
        case rejects
    }

    /// Where it lies until then.
    public var temporaryPath: String
    /// Where it belongs.
    public var path: String
    /// How many bytes it has.
    public var bytes: Int
    /// Their checksum (`CRC32`).
    public var crc32: UInt32
    /// What it may replace, as the run that made it was told; nil if an earlier version has stored it.
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
