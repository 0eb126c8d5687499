/// A file that is being written, and how much of it counts.
public struct PartFile: Sendable, Hashable {
    /// Where it lies, under its temporary name.
    public var path: String
    /// How many of its bytes count.
    ///
    /// What lies behind them is of no account and is cut off.
    public var bytes: Int
    /// The checksum of those bytes (`CRC32`).
    public var crc32: UInt32
    /// How many records they hold.
    public var records: Int

    /// A part of a file.
    public init(path: String, bytes: Int, crc32: UInt32, records: Int) {
        self.path = path
        self.bytes = bytes
        self.crc32 = crc32
        self.records = records
    }
}
