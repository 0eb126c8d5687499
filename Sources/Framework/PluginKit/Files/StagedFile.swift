public import Formats

/// A file under a temporary name: either still being written, or complete and waiting to be published.
public struct StagedFile: Sendable, Hashable {
    /// The path until the file is published.
    public let temporaryPath: String
    /// The final path; nil for a file that is only needed until the run is complete.
    public let finalPath: String?
    /// The number of valid bytes, from the start of the file.
    public let bytes: Int
    /// The number of records in those bytes.
    public let records: Int
    /// The CRC-32 checksum of those bytes, as in ZIP; nil until the engine has read them back.
    public var crc32: UInt32?
    /// The format, from which the engine counts the records when it reads the file back.
    public var format: RecordFormat

    /// A staged file with its paths and contents.
    public init(
        _ temporaryPath: String,
        to finalPath: String? = nil,
        bytes: Int,
        records: Int,
        crc32: UInt32? = nil,
        format: RecordFormat = .opaque
    ) {
        self.temporaryPath = temporaryPath
        self.finalPath = finalPath
        self.bytes = bytes
        self.records = records
        self.crc32 = crc32
        self.format = format
    }

    /// The final path; the temporary path if there is no final one.
    public var path: String { finalPath ?? temporaryPath }

    /// The checksum as eight hexadecimal digits; zeros while it is unknown.
    public var checksum: String {
        let digits = String(crc32 ?? 0, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
