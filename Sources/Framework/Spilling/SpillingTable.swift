public import Diagnostics
public import PluginKit
public import Records

/// A table of records by key that may exceed memory: filled, sealed, and then read by several callers simultaneously.
///
/// While all records fit, they are in memory and found by a hash. Otherwise they go into sorted runs, which are merged
/// into one file of small blocks when the table is sealed; the first key of each block is in memory. The keys of a
/// batch are looked up in sorted order, so that each block is read at most once.
///
/// Of several records with the same key, the last one counts.
public struct SpillingTable: Sendable {
    /// The result of a lookup.
    public struct Found: Sendable {
        /// The found records, each at least once.
        public let rows: Batch
        /// For each record that was looked up, its row in `rows`; nil if it was not found.
        public let places: [Int?]
    }

    private enum Sealed: Sendable {
        case memory(rows: Batch, keys: SortKeys, index: KeyIndex)
        case file(SpillFile, starts: [Int], firstKeys: SortKeys)
    }

    private let schema: Schema
    private let key: SortOrder
    private let memory: Int
    private let files: SpillFolder
    private var runs: SortedRuns
    private var sealed: Sealed?

    /// The approximate memory of a block's records in bytes.
    private static let blockSize = 4 << 10

    /// Creates an empty table.
    ///
    /// - Parameters:
    ///   - schema: The columns of its records.
    ///   - key: The key columns.
    ///   - memory: The approximate memory limit in bytes.
    ///   - files: Where records beyond that are stored.
    public init(_ schema: Schema, key: [Field], memory: Int, in files: SpillFolder) {
        self.schema = schema
        self.key = SortOrder(key)
        self.memory = memory
        self.files = files
        runs = SortedRuns(schema, by: self.key, memory: memory / 2, in: files)
    }

    /// Whether all records are in memory.
    public var isInMemory: Bool { if case .file = sealed { false } else { runs.isInMemory } }

    /// Adds the records of a batch; records without a key are never found.
    ///
    /// - Throws: `file.*`.
    public mutating func add(_ batch: Batch) throws(Diagnostic) {
        let fields = key.columns.map(\.field)
        // If one column has no nulls, every record has a key.
        guard fields.allSatisfy({ !batch[presence: $0].isFull }) else { return try runs.add(batch) }
        let found = batch.rows { row in fields.contains { !batch.isNull(row, in: $0) } }
        if !found.isEmpty { try runs.add(batch.gathered(found)) }
    }

    /// Prepares the table for reading.
    ///
    /// - Throws: `spill.damaged`, `file.*`.
    public mutating func seal() throws {
        guard sealed == nil else { return }
        // One batch addresses at most 4 GiB of text, however much memory there may be.
        let text = runs.batchesInMemory.reduce(0) { $0 + $1.bytesOfText }
        guard runs.isInMemory, text <= Batch.maximumBytesOfText else { return sealed = try mergedRuns() }
        var rows = Batch(schema, capacity: runs.batchesInMemory.reduce(0) { $0 + $1.count })
        for batch in runs.batchesInMemory { rows.append(contentsOf: batch) }
        try rows.checkText()
        let keys = SortKeys(key, of: rows)
        sealed = .memory(rows: rows, keys: keys, index: KeyIndex(keys))
    }

    /// Looks up records.
    ///
    /// - Parameters:
    ///   - batch: The records.
    ///   - fields: The columns to compare with the key columns, of the same kinds and in the same order.
    /// - Returns: What was found.
    /// - Throws: `spill.damaged`, `file.*`; `StageFailure.badBatch` if it would be copied from a file and has more than
    ///   8 MiB of text, so that the engine calls again with halves of the batch. One record is always looked up.
    /// - Precondition: The table is sealed.
    public func find(_ batch: borrowing Batch, by fields: [Field]) throws -> Found {
        let keys = SortKeys(SortOrder(fields), of: batch)
        switch sealed {
        case .memory(let rows, let own, let index):
            let places = (0..<keys.count).map { row in
                keys.areNull[row] ? nil : index.row(of: row, in: keys, among: own)
            }
            return Found(rows: rows, places: places)
        case .file(let file, let starts, let firstKeys):
            return try find(keys, in: file, starts: starts, firstKeys: firstKeys)
        case nil:
            preconditionFailure("the table is not sealed")
        }
    }

    private func find(
        _ keys: SortKeys,
        in file: SpillFile,
        starts: [Int],
        firstKeys: SortKeys
    ) throws -> Found {
        var places = [Int?](repeating: nil, count: keys.count)
        var rows = Batch(schema)
        var (number, block, blockKeys) = (-1, rows, SortKeys())
        var hits: [UInt32] = []
        var last: Int?
        func collect() throws {
            rows.append(hits, of: block)
            hits = []
            guard keys.count > 1, rows.bytesOfText > Batch.usualBytesOfText else { return try rows.checkText() }
            throw StageFailure.tooMuchText("what is found for \(keys.count.counted("record"))")
        }
        for row in keys.sortedRows where !keys.areNull[row] {
            if let last, keys.compare(last, with: keys, at: row) == 0 {
                places[row] = places[last]
                continue
            }
            last = row
            let found = firstKeys.countNotAfter(row, of: keys) - 1
            guard found >= 0 else { continue }
            if found != number {
                try collect()
                var place = starts[found]
                number = found
                block = try BatchBlocks.batch(at: &place, of: file, schema: schema)
                blockKeys = SortKeys(key, of: block)
            }
            let place = blockKeys.countNotAfter(row, of: keys) - 1
            guard place >= 0, blockKeys.compare(place, with: keys, at: row) == 0 else { continue }
            places[row] = rows.count + hits.count
            hits.append(UInt32(truncatingIfNeeded: place))
        }
        try collect()
        return Found(rows: rows, places: places)
    }

    /// Merges the runs into one file, in which each key occurs once.
    private mutating func mergedRuns() throws -> Sealed {
        let file = try files.makeFile()
        var starts: [Int] = []
        var firstKeys = SortKeys()
        var block = Batch(schema)
        // Of equal keys, the last record counts.
        func removeTwins() -> SortKeys {
            let keys = SortKeys(key, of: block)
            let kept = block.rows { $0 + 1 == block.count || keys.compare($0, with: keys, at: $0 + 1) != 0 }
            guard kept.count < block.count else { return keys }
            // Appended, so that the memory of the others is released.
            var rest = Batch(schema)
            rest.append(kept, of: block)
            block = rest
            return SortKeys(key, of: block)
        }
        func close() throws(Diagnostic) {
            guard !block.isEmpty else { return }
            let keys = removeTwins()
            firstKeys.append(0, of: keys)
            starts.append(try BatchBlocks.append(block, to: file))
            block = Batch(schema)
        }
        var last: [UInt8] = []
        while let next = try runs.nextKey() {
            if BatchBlocks.memory(of: block) >= Self.blockSize {
                // Many records with one key must not make an unbounded block.
                if next == last { _ = removeTwins() } else { try close() }
            }
            last = next
            _ = try runs.next { source, row in block.append(row, of: source) }
        }
        try close()
        runs = SortedRuns(schema, by: key, memory: memory / 2, in: files)
        return .file(file, starts: starts, firstKeys: firstKeys)
    }

    // MARK: Checkpoints

    /// Appends to a checkpoint what is needed to restore the table.
    ///
    /// - Throws: `file.*`.
    public mutating func store(to writer: inout StateWriter) throws(Diagnostic) {
        if case .file(let file, _, _) = sealed {
            true.write(to: &writer)
            file.store(to: &writer)
        } else {
            false.write(to: &writer)
            try runs.store(to: &writer)
        }
    }

    /// Restores a table from a checkpoint.
    ///
    /// - Parameters:
    ///   - schema: The columns of its records.
    ///   - key: The key columns.
    ///   - memory: The approximate memory limit in bytes.
    ///   - files: Where records beyond that are stored.
    ///   - isSealed: Whether it was sealed.
    ///   - reader: What `store` has written.
    /// - Throws: `checkpoint.state`, `spill.damaged`, `file.*`.
    public init(
        _ schema: Schema,
        key: [Field],
        memory: Int,
        in files: SpillFolder,
        isSealed: Bool,
        from reader: inout StateReader
    ) throws {
        self.init(schema, key: key, memory: memory, in: files)
        guard try Bool(from: &reader) else {
            runs = try SortedRuns(schema, by: self.key, memory: memory / 2, in: files, from: &reader)
            if isSealed { try seal() }
            return
        }
        let file = try files.restore(from: &reader)
        var starts: [Int] = []
        var firstKeys = SortKeys()
        var place = 0
        while place < file.count {
            starts.append(place)
            let block = try BatchBlocks.batch(at: &place, of: file, schema: schema)
            firstKeys.append(0, of: SortKeys(self.key, of: block))
        }
        sealed = .file(file, starts: starts, firstKeys: firstKeys)
    }
}
