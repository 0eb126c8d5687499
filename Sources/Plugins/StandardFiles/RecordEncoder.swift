internal import Records

/// Encodes records as the bytes of a file, record by record.
///
/// The bytes of a record depend on the record alone, so the file is the same however records are split into batches.
protocol RecordEncoder {
    /// The bytes since they were last removed.
    var bytes: [UInt8] { get }
    /// The number of bytes.
    var count: Int { get }

    /// Appends the beginning of every file.
    mutating func appendHeader()
    /// Appends a record.
    mutating func append(_ row: Int, of batch: borrowing Batch)
    /// Removes all bytes and keeps their memory.
    mutating func removeAll()
}
