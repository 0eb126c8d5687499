public import Diagnostics
public import PluginKit
public import Records

/// Sorts records that may exceed memory; those that are equal stay in the order in which they were added.
///
/// Each record is an entry of `SortedEntries`: its key, and its cells as bytes. Origins are not kept: the records that
/// are returned are new ones.
public struct SortedRuns: Sendable {
    private let schema: Schema
    private let order: SortOrder
    private let coding: RowCoding
    private var entries: SortedEntries

    /// Creates an empty sort.
    ///
    /// - Parameters:
    ///   - schema: The columns of the records.
    ///   - order: The sort order.
    ///   - memory: The approximate memory limit in bytes.
    ///   - files: Where records beyond that are stored.
    public init(_ schema: Schema, by order: SortOrder, memory: Int, in files: SpillFolder) {
        self.init(schema, by: order, entries: SortedEntries(memory: memory, in: files))
    }

    private init(_ schema: Schema, by order: SortOrder, entries: SortedEntries) {
        self.schema = schema
        self.order = order
        self.entries = entries
        coding = RowCoding(schema)
    }

    /// Whether everything is in memory.
    public var isInMemory: Bool { entries.isInMemory }

    /// The main memory of the records in bytes, used or not.
    public var bytesInMemory: Int { entries.bytesInMemory }

    /// Whether records are being returned, so that none may be added.
    public var isSealed: Bool { entries.isSealed }

    /// Adds the records of a batch.
    ///
    /// - Precondition: No record was returned yet.
    /// - Throws: `file.*`; `batch.text` if texts are missing in the batch, or one record has more than 4 GiB of it.
    public mutating func add(_ batch: Batch) throws(Diagnostic) {
        try entries.add(batch, by: order, coding: coding, onlyWithKey: false)
    }

    /// Whether all records were returned.
    ///
    /// - Throws: `spill.damaged`, `file.*`.
    public mutating func isAtEnd() throws(Diagnostic) -> Bool { try entries.isAtEnd() }

    /// Whether the next record has this key.
    ///
    /// - Throws: `spill.damaged`, `file.*`.
    public mutating func isNext(_ key: [UInt8]) throws(Diagnostic) -> Bool { try entries.isNext(key.span) }

    /// Appends the next record to a batch with its columns.
    ///
    /// - Returns: Whether there was one.
    /// - Throws: `spill.damaged`, `file.*`, `batch.text`.
    public mutating func next(into batch: inout Batch) throws -> Bool {
        guard try !entries.isAtEnd() else { return false }
        _ = try drain(into: &batch, atMost: 1)
        return true
    }

    /// Appends the next records to a batch with their columns.
    ///
    /// A page ends early once it has 8 MiB of text.
    ///
    /// - Parameters:
    ///   - batch: The batch.
    ///   - count: The maximum number of records.
    /// - Returns: Whether there are more.
    /// - Throws: `spill.damaged`, `file.*`, `batch.text`.
    public mutating func drain(into batch: inout Batch, atMost count: Int) throws -> Drained {
        var text = 0
        let coding = coding
        try batch.appendRows(atMost: max(1, count)) { rows in
            while !rows.isFull, text < Batch.usualBytesOfText,
                try entries.nextEntry({ entry, keyCount in
                    let value = UnsafeBufferPointer(rebasing: entry[(EntryArena.header + keyCount)...])
                    guard let bytes = coding.read(value, into: &rows) else { throw StateReader.damaged }
                    rows.endRow()
                    text += bytes
                })
            {}
        }
        try batch.checkText()
        return try entries.isAtEnd() ? .end : .more
    }

    // MARK: Checkpoints

    /// Appends to a checkpoint what is needed to continue.
    ///
    /// - Throws: `file.*`.
    public mutating func store(to writer: inout StateWriter) throws(Diagnostic) { try entries.store(to: &writer) }

    /// Restores records from a checkpoint.
    ///
    /// - Throws: `checkpoint.state`, `spill.damaged`, `file.*`.
    public init(
        _ schema: Schema,
        by order: SortOrder,
        memory: Int,
        in files: SpillFolder,
        from reader: inout StateReader
    ) throws(Diagnostic) {
        let entries = try SortedEntries(memory: memory, in: files, from: &reader)
        self.init(schema, by: order, entries: entries)
    }
}
