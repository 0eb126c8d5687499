public import Diagnostics

/// The contents of a growing file up to an offset: its checksum, and its number of records if they can be counted.
///
/// The bytes are read back from the file. When the file has grown, only the new part is read.
///
///     var audit = FileAudit("diary.csv.part", .csv(hasHeader: true), countsRecords: true)
///     try audit.extend(to: mark)
public struct FileAudit: Sendable {
    /// The path of the file that was read back.
    public let path: String
    /// The format, which determines how records are counted.
    public let format: RecordFormat
    /// How many bytes were read, from the start of the file.
    public private(set) var bytes = 0
    /// The number of records in them, without a CSV header; nil if they are not counted.
    public var records: Int? { counter?.count }
    /// The checksum of those bytes, as in ZIP.
    public var crc32: UInt32 { sum.value }

    private var sum = CRC32()
    private var counter: RecordCounter?

    /// Creates an audit of a file that was not read yet.
    ///
    /// - Parameters:
    ///   - path: The file; it need not exist yet.
    ///   - format: Its format. Records of an opaque one are never counted.
    ///   - countsRecords: Whether to count the records.
    public init(_ path: String, format: RecordFormat, countsRecords: Bool) {
        self.path = path
        self.format = format
        counter = countsRecords ? RecordCounter(format) : nil
    }

    /// Creates an audit of a file whose first bytes were read earlier.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - format: Its format.
    ///   - bytes: How many bytes were read; they end where a record ends.
    ///   - crc32: Their checksum.
    ///   - records: How many records they contain; nil if unknown, and then the records that follow are not counted.
    ///   - countsRecords: Whether to count the records that follow.
    public init(
        resuming path: String,
        format: RecordFormat,
        bytes: Int,
        crc32: UInt32,
        records: Int?,
        countsRecords: Bool
    ) {
        self.init(path, format: format, countsRecords: countsRecords)
        guard bytes > 0 else { return }
        self.bytes = bytes
        sum = CRC32(resuming: crc32)
        counter = countsRecords ? records.flatMap { RecordCounter(format, resumingAfter: $0) } : nil
    }

    /// Reads the bytes up to an offset.
    ///
    /// An extension that throws changes nothing.
    ///
    /// - Parameter end: The offset, in bytes from the start of the file.
    /// - Throws: `file.shorter` if the file ends before it, or if `end` is before what was already read, because
    ///   another program has changed the file; `file.missing`, `file.permission`, `file.folder` or `file.read`, with
    ///   the path.
    public mutating func extend(to end: Int) throws(Diagnostic) {
        guard end >= bytes else { throw FileSystem.isShorter(path, bytes: end, than: bytes) }
        let file = try InputFile(path)
        // Checked first, so that a truncated file is detected even if nothing has to be read.
        guard file.count >= end else { throw FileSystem.isShorter(path, bytes: file.count, than: end) }
        // Not kept for the next part: a run with thousands of files has an audit of each.
        var chunk = [UInt8](repeating: 0, count: min(end - bytes, Self.chunkSize))
        var (sum, counter, offset) = (sum, counter, bytes)
        while offset < end {
            let count = min(try file.readChunk(&chunk, at: offset), end - offset)
            guard count > 0 else { throw FileSystem.isShorter(path, bytes: offset, than: end) }
            chunk.withUnsafeBytes { buffer in
                let new = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                sum.update(new)
                counter?.update(new)
            }
            offset += count
        }
        (self.sum, self.counter, self.bytes) = (sum, counter, end)
    }

    private static var chunkSize: Int { 1 << 18 }
}
