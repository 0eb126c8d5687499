/// A file that is being written, and how much of it is valid.
public struct PartFile: Sendable, Hashable {
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

    /// A part of a file.
    public init(path: String, bytes: Int, crc32: UInt32, records: Int) {
        self.path = path
        self.bytes = bytes
        self.crc32 = crc32
        self.records = records
    }
}
