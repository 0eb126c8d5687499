public import Diagnostics

/// What a growing file holds up to an offset: its checksum, and its records if they can be counted.
///
/// The bytes are read back from the file. What was looked at once is not read again when the file has grown.
///
///     var audit = FileAudit("diary.csv.part", .csv(hasHeader: true), countsRecords: true)
///     try audit.extend(to: mark)
public struct FileAudit: Sendable {
    /// The path of the file that was read back.
    public let path: String
    /// How its records can be told apart.
    public let format: RecordFormat
    /// How many bytes were looked at, from the start of the file.
    public private(set) var bytes = 0
    /// How many records they are, without a CSV header; nil if nobody counts them.
    public var records: Int? { counter?.count }
    /// The checksum of those bytes, as in ZIP.
    public var crc32: UInt32 { sum.value }

    private var sum = CRC32()
    private var counter: RecordCounter?
    /// Room for a piece of the file, kept from one extension to the next.
    private var chunk: [UInt8] = []

    /// A file of which nothing was looked at yet.
    ///
    /// - Parameters:
    ///   - path: The file; it need not be there yet.
    ///   - format: How its records can be told apart. Those of an opaque one are never counted.
    ///   - countsRecords: Whether to count them.
    public init(_ path: String, format: RecordFormat, countsRecords: Bool) {
        self.path = path
        self.format = format
        counter = countsRecords ? RecordCounter(format) : nil
    }

    /// A file whose first bytes were looked at earlier.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - format: How its records can be told apart.
    ///   - bytes: How many bytes were looked at; they end where a record ends.
    ///   - crc32: Their checksum.
    ///   - records: How many records they are; nil if nobody knows, and then nobody counts those that follow.
    ///   - countsRecords: Whether to count those that follow.
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

    /// Looks at the bytes up to an offset.
    ///
    /// An extension that throws changes nothing.
    ///
    /// - Parameter end: The offset, in bytes from the start of the file.
    /// - Throws: `file.shorter` if the file ends before, or if `end` lies before what was looked at: something else has
    ///   changed the file; `file.missing`, `file.permission`, `file.folder` or `file.read`, with the path.
    public mutating func extend(to end: Int) throws(Diagnostic) {
        guard end >= bytes else { throw FileSystem.isShorter(path, bytes: end, than: bytes) }
        let file = try InputFile(path)
        // Before anything is read: a file that was cut is found even if nothing is new.
        guard file.count >= end else { throw FileSystem.isShorter(path, bytes: file.count, than: end) }
        let room = min(end - bytes, Self.chunkSize)
        if chunk.count < room { chunk = [UInt8](repeating: 0, count: room) }
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
