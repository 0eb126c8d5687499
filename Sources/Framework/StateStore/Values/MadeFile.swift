/// A file that a complete run has published, by what was in it then.
public struct MadeFile: Sendable, Hashable {
    /// The pipeline, without a partition.
    public let pipeline: String
    /// The run that published it.
    public let run: String
    /// Its path as the run had it, relative to the folder that the program ran in.
    public let path: String
    /// Its path from the root, without links.
    public let resolved: String
    /// How many bytes it had.
    public let bytes: Int
    /// Their checksum: CRC-32 as in ZIP.
    public let crc32: UInt32

    /// A file.
    public init(pipeline: String, run: String, path: String, resolved: String, bytes: Int, crc32: UInt32) {
        self.pipeline = pipeline
        self.run = run
        self.path = path
        self.resolved = resolved
        self.bytes = bytes
        self.crc32 = crc32
    }
}
