public import Diagnostics
public import PluginKit
public import Records

/// A table of records by key that may exceed memory: filled, sealed, and then read by several callers simultaneously.
///
/// When it is sealed, its records are sorted by their keys. While all fit, they are in memory and found by a hash.
/// Otherwise they go into one file of small blocks, of which the first key is in memory. The keys of a batch are
/// looked up in sorted order, so that each block is read at most once.
public struct SpillingTable: Sendable {
    /// Which records of one key the table keeps.
    public enum Kept: Sendable {
        /// The one that was added last, or first.
        case last, first
        /// All of them, in the order in which they were added.
        case all
    }

    /// The result of a lookup.
    public struct Found: Sendable {
        /// The found records, each at least once.
        public let rows: Batch
        /// For each record that was looked up, its rows in `rows`; none if it was not found.
        public let matches: [Range<Int>]
        /// The records that were looked up for which there is too much.
        ///
        /// They have more rows than `mostRows`, or several with more text than `mostText`, and are given none of them.
        public let excessive: Set<Int>

        /// For each record that was looked up, its first row in `rows`; nil if it was not found.
        public var places: [Int?] { matches.map { $0.isEmpty ? nil : $0.lowerBound } }
    }

    /// How many rows are found for one record.
    public static let mostRows = 100_000

    /// How many bytes of text they have together, a decimal number at 16.
    public static let mostText = 64 << 20

    private enum Sealed: Sendable {
        case memory(rows: Batch, firstRows: [Int], index: KeyIndex)
        case file(FileTable)
    }

    private let schema: Schema
    private let key: SortOrder
    private let kept: Kept
    private let memory: Int
    private let files: SpillFolder
    private let coding: RowCoding
    private var entries: SortedEntries
    private var sealed: Sealed?

    /// Creates an empty table.
    ///
    /// - Parameters:
    ///   - schema: The columns of its records.
    ///   - key: The key columns.
    ///   - kept: Which records of one key it keeps.
    ///   - memory: The approximate memory limit in bytes.
    ///   - files: Where records beyond that are stored.
    public init(_ schema: Schema, key: [Field], keeping kept: Kept = .last, memory: Int, in files: SpillFolder) {
        self.schema = schema
        self.key = SortOrder(key)
        self.kept = kept
        self.memory = memory
        self.files = files
        coding = RowCoding(schema)
        entries = SortedEntries(memory: memory / 2, in: files)
    }

    /// Whether all records are in memory.
    public var isInMemory: Bool {
        switch sealed {
        case .memory: true
        case .file: false
        case nil: entries.isInMemory
        }
    }

    /// The main memory of the records in bytes, used or not, without the index of a sealed table.
    public var bytesInMemory: Int {
        if case .memory(let rows, let firstRows, _) = sealed {
            rows.bytesInMemory + 8 * firstRows.capacity
        } else {
            entries.bytesInMemory
        }
    }

    /// Adds the records of a batch; records without a key are never found.
    ///
    /// - Throws: `file.*`.
    public mutating func add(_ batch: Batch) throws(Diagnostic) {
        try entries.add(batch, by: key, coding: coding, onlyWithKey: true)
    }

    /// Prepares the table for reading.
    ///
    /// - Throws: `spill.damaged`, `file.*`.
    public mutating func seal() throws {
        guard sealed == nil else { return }
        // One batch addresses at most 4 GiB of text, however much memory there may be.
        sealed =
            entries.isInMemory && entries.arena.bytes <= Batch.maximumBytesOfText ? try inMemory() : .file(try inFile())
        entries = SortedEntries(memory: memory / 2, in: files)
    }

    /// Looks up records.
    ///
    /// - Parameters:
    ///   - batch: The records.
    ///   - fields: The columns to compare with the key columns, of the same kinds and in the same order.
    /// - Returns: What was found.
    /// - Throws: `spill.damaged`, `file.*`; `StageFailure.badBatch` if it would be copied from a file and has more than
    ///   8 MiB of text or `mostRows`, so that the engine calls again with halves of the batch. One record is always looked
    ///   up, and has at most `mostRows`.
    /// - Precondition: The table is sealed.
    public func find(_ batch: borrowing Batch, by fields: [Field]) throws -> Found {
        let keys = SortKeys(SortOrder(fields), of: batch)
        switch sealed {
        case .memory(let rows, let firstRows, let index):
            var excessive: Set<Int> = []
            let matches = index.numbers(of: keys).enumerated().map { row, number in
                let found = number.map { firstRows[$0]..<firstRows[$0 + 1] } ?? 0..<0
                guard found.count > 1, isTooMuch(found, of: rows) else { return found }
                excessive.insert(row)
                return 0..<0
            }
            return Found(rows: rows, matches: matches, excessive: excessive)
        case .file(let table):
            return try table.find(keys, schema: schema, coding: coding)
        case nil:
            preconditionFailure("the table is not sealed")
        }
    }

    private func isTooMuch(_ found: Range<Int>, of rows: Batch) -> Bool {
        // All text of the table together is often less.
        guard found.count <= Self.mostRows, rows.bytesOfText > Self.mostText else { return found.count > Self.mostRows }
        var text = 0
        for field in schema.fields {
            for row in found {
                switch field.kind {
                case .text: text += rows.utf8(row, in: field)?.count ?? 0
                case .bytes: text += rows.bytes(row, in: field)?.count ?? 0
                case .decimal: text += rows.isNull(row, in: field) ? 0 : ExactDecimal.bytesOfCoefficient
                default: break
                }
            }
        }
        return text > Self.mostText
    }

    // MARK: Sealing

    private mutating func inMemory() throws -> Sealed {
        var rows = Batch(schema, capacity: entries.arena.places.count)
        var (firstRows, keys) = ([Int](), SortKeys())
        let (count, coding) = (entries.arena.places.count, coding)
        try rows.appendRows(atMost: count) { writer in
            try forEachKept { key, value, isNew in
                if isNew {
                    firstRows.append(writer.row)
                    keys.append(key)
                }
                guard value.withUnsafeBufferPointer({ coding.read($0, into: &writer) }) != nil else {
                    throw StateReader.damaged
                }
                writer.endRow()
            }
        }
        try rows.checkText()
        firstRows.append(rows.count)
        return .memory(rows: rows, firstRows: firstRows, index: KeyIndex(keys))
    }

    private mutating func inFile() throws -> FileTable {
        var table = FileTable.Builder(try files.makeFile())
        try forEachKept { key, value, isNew in try table.add(key, value: value, isNew: isNew) }
        return try table.finish()
    }

    /// Passes the records to keep in the order of their keys.
    private mutating func forEachKept(_ body: (Span<UInt8>, Span<UInt8>, Bool) throws -> Void) throws {
        var (key, value) = ([UInt8](), [UInt8]())
        var isFirst = true
        while try !entries.isAtEnd() {
            let isSame = try !isFirst && entries.isNext(key.span)
            if !isSame, !isFirst, kept == .last { try body(key.span, value.span, true) }
            isFirst = false
            _ = try entries.next { nextKey, nextValue in
                if !isSame { nextKey.withUnsafeBufferPointer { key = Array($0) } }
                switch kept {
                case .last: nextValue.withUnsafeBufferPointer { value = Array($0) }
                case .first: if !isSame { try body(nextKey, nextValue, true) }
                case .all: try body(nextKey, nextValue, !isSame)
                }
            }
        }
        if !isFirst, kept == .last { try body(key.span, value.span, true) }
    }

    // MARK: Checkpoints

    /// Appends to a checkpoint what is needed to restore the table.
    ///
    /// - Throws: `file.*`.
    public mutating func store(to writer: inout StateWriter) throws {
        switch sealed {
        case .file(let table):
            writer.write(2)
            table.file.store(to: &writer)
        case .memory(let rows, let firstRows, let index):
            writer.write(1)
            rows.write(to: &writer)
            firstRows.write(to: &writer)
            index.keys.write(to: &writer)
        case nil:
            writer.write(0)
            try entries.store(to: &writer)
        }
    }

    /// Restores a table from a checkpoint.
    ///
    /// - Parameters:
    ///   - schema: The columns of its records.
    ///   - key: The key columns.
    ///   - kept: Which records of one key it keeps.
    ///   - memory: The approximate memory limit in bytes.
    ///   - files: Where records beyond that are stored.
    ///   - isSealed: Whether it was sealed.
    ///   - reader: What `store` has written.
    /// - Throws: `checkpoint.state`, `spill.damaged`, `file.*`.
    public init(
        _ schema: Schema,
        key: [Field],
        keeping kept: Kept = .last,
        memory: Int,
        in files: SpillFolder,
        isSealed: Bool,
        from reader: inout StateReader
    ) throws {
        self.init(schema, key: key, keeping: kept, memory: memory, in: files)
        let form = try reader.readInteger()
        guard 0...2 ~= form, isSealed || form == 0 else { throw StateReader.damaged }
        switch form {
        case 2: sealed = .file(try FileTable(try files.restore(from: &reader)))
        case 1:
            let rows = try Batch(schema, from: &reader)
            let firstRows = try [Int](from: &reader)
            let keys = try SortKeys(from: &reader)
            guard firstRows.count == keys.count + 1, firstRows.first == 0, firstRows.last == rows.count,
                zip(firstRows, firstRows.dropFirst()).allSatisfy({ $0 < $1 })
            else { throw StateReader.damaged }
            sealed = .memory(rows: rows, firstRows: firstRows, index: KeyIndex(keys))
        default:
            entries = try SortedEntries(memory: memory / 2, in: files, from: &reader)
            if isSealed { try seal() }
        }
    }
}
