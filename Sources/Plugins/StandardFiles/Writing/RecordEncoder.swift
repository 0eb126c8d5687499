internal import Diagnostics
internal import Records

/// Encodes records as the bytes of a file.
///
/// The bytes of a record depend on the record alone, and on whether it is the first of its file; so the file is the
/// same however records are split into batches.
protocol RecordEncoder: Sendable {
    /// The bytes since they were last removed.
    var bytes: [UInt8] { get }

    /// Appends the beginning of every file.
    mutating func appendHeader()
    /// Appends records.
    mutating func append(_ rows: Range<Int>, of batch: borrowing Batch)
    /// Removes what the last call of `append` has appended.
    ///
    /// - Parameters:
    ///   - count: The number of bytes before that call.
    ///   - isFirst: Whether the removed records were the first of their file.
    mutating func removeLast(downTo count: Int, isFirst: Bool)
    /// Appends the end of every file, after the last record or the header.
    mutating func appendFooter()
    /// The number of bytes of the end of a file that has records.
    var footerSize: Int { get }
    /// Removes all bytes and keeps their memory.
    mutating func removeAll()
}

extension RecordEncoder {
    /// The number of bytes.
    var count: Int { bytes.count }
    /// Nothing: the file ends with its last record.
    mutating func appendFooter() {}
    /// 0: the file ends with its last record.
    var footerSize: Int { 0 }
}
