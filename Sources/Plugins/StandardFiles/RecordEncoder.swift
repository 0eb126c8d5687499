internal import Records

/// Turns records into the bytes of a file, record after record.
///
/// What a record becomes depends on the record alone, so wherever batches are split the bytes are the same.
protocol RecordEncoder {
    /// The bytes so far, since they were last removed.
    var bytes: [UInt8] { get }
    /// How many bytes there are.
    var count: Int { get }

    /// Appends what every file begins with.
    mutating func appendHeader()
    /// Appends a record.
    mutating func append(_ row: Int, of batch: borrowing Batch)
    /// Takes out all bytes and keeps the room that they had.
    mutating func removeAll()
}
