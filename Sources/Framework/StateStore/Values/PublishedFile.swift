/// A file that a complete run has published, with its size and checksum at that time: a row of `made_files`.
public struct PublishedFile: Sendable, Hashable {
    /// The pipeline, with its instance and without a partition.
    public let pipeline: String
    /// The run that published it.
    public let run: String
    /// Its path in the run, relative to the working directory.
    public let path: String
    /// Its canonical path.
    public let resolved: String
    /// Its size in bytes.
    public let bytes: Int
    /// Its checksum: CRC-32 as in ZIP.
    public let crc32: UInt32

    /// A published file, with the size and the CRC-32 that it had when its run was complete.
    public init(pipeline: String, run: String, path: String, resolved: String, bytes: Int, crc32: UInt32) {
        self.pipeline = pipeline
        self.run = run
        self.path = path
        self.resolved = resolved
        self.bytes = bytes
        self.crc32 = crc32
    }

    /// The same file, made by a pipeline of another name.
    func made(by pipeline: String) -> PublishedFile {
        PublishedFile(pipeline: pipeline, run: run, path: path, resolved: resolved, bytes: bytes, crc32: crc32)
    }
}
