public import Diagnostics
public import PluginKit
public import Records

/// Sorts records that may exceed memory.
///
///     add  ──→ batches in memory ── too many ──→ a sorted run in a file ──┐
///                                             several runs of a level ──→ one of the next
///     next ←── the least of all runs and of what is still in memory ←─────┘
///
/// The sort is stable. What a checkpoint needs is in files: the runs, and a log of the records in memory, to which each
/// checkpoint appends the new ones. So a record is written at most twice, and without checkpoints once.
public struct SortedRuns: Sendable {
    private let schema: Schema
    private let order: SortOrder
    private let limit: Int
    private let textColumns: [Int]
    private let files: SpillFolder

    /// The records in memory, in the order in which they were added.
    private var batches: [Batch] = []
    private var keys: [SortKeys] = []
    private var memory = 0
    /// The file with the first batches of those in memory, and the number of these.
    private var log: SpillFile?
    private var logged = 0

    /// Earlier runs first, so higher levels first; each level has fewer than `width` runs.
    private var runs: [Run] = []
    private var merge: SortedMerge?

    private struct Run {
        let level: Int
        let file: SpillFile
    }

    /// How many runs of a level are merged into one.
    private static let width = 32

    /// The size of text, in bytes, at which a block is large enough, however few records it has.
    private static let textOfBlock = 4 * BatchBlocks.size

    /// Creates an empty sort.
    ///
    /// - Parameters:
    ///   - schema: The columns of the records.
    ///   - order: The sort order.
    ///   - memory: The approximate memory limit in bytes.
    ///   - files: Where records beyond that are stored.
    public init(_ schema: Schema, by order: SortOrder, memory: Int, in files: SpillFolder) {
        self.schema = schema
        self.order = order
        limit = max(memory, 1)
        textColumns = schema.textColumns
        self.files = files
    }

    /// Whether everything is in memory.
    public var isInMemory: Bool { runs.isEmpty }

    /// Whether records are being returned, so that none may be added.
    public var isSealed: Bool { merge != nil }

    /// The records in memory, in the order in which they were added.
    var batchesInMemory: [Batch] { batches }

    /// Adds the records of a batch.
    ///
    /// - Precondition: No record was returned yet.
    /// - Throws: `file.*`; `batch.text` if texts are missing in the batch, or one record has more than 4 GiB of it.
    public mutating func add(_ batch: Batch) throws(Diagnostic) {
        precondition(merge == nil, "records are added to runs that are being read")
        try batch.checkText()
        var rest = batch
        while !rest.isEmpty {
            // With its own words and text and without an origin: the records that are returned are new ones.
            let rows = rowsWithUsualText(of: rest)
            var own = Batch(schema, capacity: rows)
            own.append((0..<UInt32(truncatingIfNeeded: rows)).map { $0 }, of: rest)
            try own.checkText()
            own.settle(origin: "", from: 1)
            try take(own)
            if memory > limit { try spill() }
            rest = rows == rest.count ? Batch(schema) : rest.part(rows..<rest.count)
        }
    }

    /// The number of first records that have as much text as a batch should have, at least one.
    private func rowsWithUsualText(of batch: borrowing Batch) -> Int {
        guard batch.bytesOfText > Batch.usualBytesOfText else { return batch.count }
        var (row, text) = (0, 0)
        while row < batch.count, text < Batch.usualBytesOfText {
            text += batch.bytesOfText(of: row, in: textColumns)
            row += 1
        }
        return row
    }

    private mutating func take(_ batch: Batch) throws(Diagnostic) {
        let keys = SortKeys(order, of: batch)
        batches.append(batch)
        memory += BatchBlocks.memory(of: batch) + keys.size
        self.keys.append(keys)
    }

    /// The key of the next record; nil if there is none.
    ///
    /// - Throws: `spill.damaged`, `file.*`.
    public mutating func nextKey() throws(Diagnostic) -> [UInt8]? {
        try begin()
        return merge?.key
    }

    /// Passes on the next record.
    ///
    /// - Parameter body: Receives a batch that contains the record, and its row.
    /// - Returns: Whether there was one.
    /// - Throws: `spill.damaged`, `file.*`, and what `body` throws.
    public mutating func next(_ body: (borrowing Batch, Int) throws -> Void) throws -> Bool {
        try begin()
        return try merge?.next(body) ?? false
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
        try begin()
        guard let records = try merge?.take(max(1, count), textLimit: Batch.usualBytesOfText) else { return .end }
        batch.append(contentsOf: records)
        return merge?.isAtEnd ?? true ? .end : .more
    }

    // MARK: Runs

    /// Writes the records in memory as a sorted run.
    private mutating func spill() throws(Diagnostic) {
        guard !batches.isEmpty else { return }
        let file = try files.makeFile()
        let order = sortedRows()
        let rows = batches.map { BatchBlocks.rows(of: $0) }.min() ?? 1
        var rest = order[...]
        while !rest.isEmpty {
            try BatchBlocks.append(try takeFirst(rows, of: &rest, textLimit: Self.textOfBlock), to: file)
        }
        (batches, keys, memory) = ([], [], 0)
        (log, logged) = (nil, 0)
        try add(Run(level: 0, file: file))
    }

    /// The first records in memory: at least one, at most `most`, and up to about `textLimit` bytes of text.
    private func takeFirst(_ most: Int, of places: inout ArraySlice<Place>, textLimit: Int) throws(Diagnostic) -> Batch
    {
        var gatherer = RowGatherer(schema, of: batches.count)
        for place in places.prefix(most) {
            guard gatherer.bytesOfText < textLimit else { break }
            let (row, batch) = (Int(place.row), Int(place.batch))
            gatherer.add(row, of: batch, text: batches[batch].bytesOfText(of: row, in: textColumns))
        }
        places = places.dropFirst(gatherer.count)
        let records = gatherer.finish { batches[$0] }
        try records.checkText()
        return records
    }

    private struct Place: BitwiseCopyable {
        let prefix: UInt64
        let batch: UInt32
        let row: UInt32
    }

    /// The sorted order of the records in memory.
    private func sortedRows() -> [Place] {
        var places: [Place] = []
        places.reserveCapacity(batches.reduce(0) { $0 + $1.count })
        for (batch, keys) in keys.enumerated() {
            for (row, prefix) in keys.prefixes.enumerated() {
                places.append(Place(prefix: prefix, batch: UInt32(batch), row: UInt32(row)))
            }
        }
        let keys = keys
        places.sort { left, right in
            guard left.prefix == right.prefix else { return left.prefix < right.prefix }
            let order = keys[Int(left.batch)].compare(Int(left.row), with: keys[Int(right.batch)], at: Int(right.row))
            return order != 0 ? order < 0 : (left.batch, left.row) < (right.batch, right.row)
        }
        return places
    }

    /// Adds a run, and merges the runs of a full level.
    private mutating func add(_ run: Run) throws(Diagnostic) {
        runs.append(run)
        let level = run.level
        let same = runs.suffix { $0.level == level }
        guard same.count >= Self.width else { return }
        let file = try files.makeFile()
        var merge = try SortedMerge(same.map { SortedMerge.Start(file: $0.file) }, schema: schema, order: order)
        var rows = 100
        while !merge.isAtEnd {
            let block = try merge.take(rows, textLimit: Self.textOfBlock)
            try BatchBlocks.append(block, to: file)
            rows = max(1, BatchBlocks.size * block.count / max(1, BatchBlocks.memory(of: block)))
        }
        runs.removeLast(same.count)
        try add(Run(level: level + 1, file: file))
    }

    /// Prepares for returning records.
    private mutating func begin() throws(Diagnostic) {
        guard merge == nil else { return }
        if runs.isEmpty {
            // Nothing has to be written.
            var sorted: [Batch] = []
            let order = sortedRows()
            var rest = order[...]
            while !rest.isEmpty {
                sorted.append(try takeFirst(1000, of: &rest, textLimit: Batch.usualBytesOfText))
            }
            merge = try SortedMerge(sorted, schema: schema, order: self.order)
            return
        }
        try spill()
        merge = try SortedMerge(runs.map { SortedMerge.Start(file: $0.file) }, schema: schema, order: order)
    }

    // MARK: Checkpoints

    /// Appends to a checkpoint what is needed to continue.
    ///
    /// - Throws: `file.*`.
    public mutating func store(to writer: inout StateWriter) throws(Diagnostic) {
        try writeLog()
        writer.write(Int64(logged))
        log?.store(to: &writer)
        writer.write(Int64(runs.count))
        for run in runs {
            writer.write(Int64(run.level))
            run.file.store(to: &writer)
        }
        (merge != nil).write(to: &writer)
        merge?.store(to: &writer)
    }

    private mutating func writeLog() throws(Diagnostic) {
        guard logged < batches.count else { return }
        if log == nil { log = try files.makeFile() }
        guard let file = log else { return }
        for batch in batches[logged...] { try BatchBlocks.append(batch, to: file) }
        logged = batches.count
    }

    /// Restores runs from a checkpoint.
    ///
    /// - Throws: `checkpoint.state`, `spill.damaged`, `file.*`.
    public init(
        _ schema: Schema,
        by order: SortOrder,
        memory: Int,
        in files: SpillFolder,
        from reader: inout StateReader
    ) throws(Diagnostic) {
        self.init(schema, by: order, memory: memory, in: files)
        logged = try reader.readAmount()
        if logged > 0 {
            let file = try files.restore(from: &reader)
            log = file
            var place = 0
            for _ in 0..<logged {
                try take(try BatchBlocks.batch(at: &place, of: file, schema: schema))
            }
            guard place == file.count else { throw StateReader.damaged }
        }
        for _ in 0..<(try reader.readCount()) {
            runs.append(Run(level: try reader.readAmount(), file: try files.restore(from: &reader)))
        }
        guard try Bool(from: &reader) else { return }
        if runs.isEmpty { try begin() }
        merge = try SortedMerge(
            resuming: merge,
            starts: runs.map { SortedMerge.Start(file: $0.file) },
            schema: schema,
            order: order,
            from: &reader
        )
    }
}

extension Array {
    /// The last consecutive elements for which a condition is true.
    fileprivate func suffix(_ isSame: (Element) -> Bool) -> ArraySlice<Element> {
        var start = endIndex
        while start > startIndex, isSame(self[start - 1]) { start -= 1 }
        return self[start...]
    }
}
