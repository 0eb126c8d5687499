public import Formats

/// A file under a temporary name: one that is being written, or a complete one that waits for its final name.
public struct StagedFile: Sendable, Hashable {
    /// Where it lies until it is published.
    public let temporaryPath: String
    /// Where it belongs; nil of one that is only needed until the run is complete.
    public let finalPath: String?
    /// How many of its bytes count.
    public let bytes: Int
    /// How many records they hold.
    public let records: Int
    /// The checksum of those bytes, CRC-32 as in ZIP; nil until the engine has read them back.
    public var crc32: UInt32?
    /// How its records can be counted, so that the engine can read them back.
    public var format: RecordFormat

    /// A file, its names and what is in it.
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

    /// Where it belongs; where it lies, if it belongs nowhere.
    public var path: String { finalPath ?? temporaryPath }

    /// The checksum in eight hexadecimal digits; zeros while it is not known.
    public var checksum: String {
        let digits = String(crc32 ?? 0, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
