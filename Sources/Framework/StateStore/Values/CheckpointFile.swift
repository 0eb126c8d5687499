/// A file that is being written, and how much of it is valid: a row of `checkpoint_parts`.
///
/// The engine makes it from a `StagedFile` of the plugins, which the state does not know. Unlike that, it always has a
/// checksum, and only the temporary path.
public struct CheckpointFile: Sendable, Hashable {
    /// Its temporary path.
    public var path: String
    /// The number of valid bytes.
    ///
    /// Bytes after them are discarded.
    public var bytes: Int
    /// The checksum of those bytes (`CRC32`).
    public var crc32: UInt32
    /// The number of records in them.
    public var records: Int

    /// A file in a checkpoint.
    public init(path: String, bytes: Int, crc32: UInt32, records: Int) {
        self.path = path
        self.bytes = bytes
        self.crc32 = crc32
        self.records = records
    }
}
