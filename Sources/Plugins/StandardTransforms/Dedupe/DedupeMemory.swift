internal import PluginKit
internal import Spilling

/// The keys that have occurred, and the records that cannot be passed on yet.
///
///     records ──→ keys in memory: passed on if new, left out if known
///             ──→ others, by key ──→ one of each key, by number ──→ the rest of the records in their order
package struct DedupeMemory {
    /// What happens to a record.
    private enum Fate {
        case passed, leftOut, sortedByKey, sortedByNumber
    }

    private var seen: FingerprintSet
    /// The records of which one of each key is kept.
    private var byKey: NumberedRows
    /// The records to keep.
    private var byNumber: NumberedRows
    /// How many records came.
    private var count: Int64 = 0
    private let keepsFirst: Bool

    init(_ dedupe: Dedupe, in files: SpillFolder) {
        let schema = dedupe.outputs[0].schema
        seen = FingerprintSet(memory: dedupe.limitOfKeys, in: files)
        byKey = NumberedRows(schema, memory: dedupe.limitOfRows, in: files)
        byNumber = NumberedRows(schema, memory: dedupe.limitOfRows, in: files)
        keepsFirst = dedupe.keepsFirst
    }

    /// The main memory of keys and records in bytes.
    var bytesInMemory: Int { seen.memory + byKey.bytesInMemory + byNumber.bytesInMemory }

    // MARK: Records

    mutating func add(_ batch: inout Batch, to dedupe: Dedupe) throws {
        let keys = SortKeys(dedupe.key, of: batch)
        let fates = try fates(of: keys, dedupe)
        let first = count
        count += Int64(batch.count)
        func rows(_ fate: Fate) -> [UInt32] { batch.rows { fates[$0] == fate } }
        let ranks = dedupe.newest.map { SortKeys($0, of: batch) }
        try byKey.add(batch, rows: rows(.sortedByKey), from: first) { row, key in
            keys.append(row, to: &key)
            let length = key.count
            ranks?.append(row, to: &key)
            return length
        }
        try byNumber.add(batch, rows: rows(.sortedByNumber), from: first) { row, key in
            NumberedRows.append(first + Int64(row), to: &key)
            return key.count
        }
        batch.keep(orFilterAs: "seen before") { _, row in fates[row] != .leftOut }
        let others = fates.filter { $0 != .leftOut }
        batch.absorb { _, row in others[row] != .passed }
    }

    private mutating func fates(of keys: SortKeys, _ dedupe: Dedupe) throws(Diagnostic) -> [Fate] {
        guard dedupe.keepsFirst else {
            return (0..<keys.count).map { keys.isNull($0) ? .sortedByNumber : .sortedByKey }
        }
        var isLate = seen.isFull
        return try seen.meet(keys).map { familiarity in
            switch familiarity {
            case .new: return .passed
            case .known: return .leftOut
            case .unknown:
                isLate = true
                return .sortedByKey
            // It must not overtake the records that wait.
            case .none: return isLate ? .sortedByNumber : .passed
            }
        }
    }

    // MARK: Results

    mutating func drain(into batch: inout Batch, atMost most: Int) throws -> Drained {
        seen.removeAll()
        guard try byKey.moveKept(to: &byNumber, last: !keepsFirst, atMost: 100_000) else { return .more }
        return try byNumber.drain(into: &batch, atMost: most)
    }

    // MARK: Checkpoints

    mutating func store(to writer: inout StateWriter) throws(Diagnostic) {
        writer.write(count)
        try seen.store(to: &writer)
        try byKey.store(to: &writer)
        try byNumber.store(to: &writer)
    }

    init(_ dedupe: Dedupe, in files: SpillFolder, from reader: inout StateReader) throws(Diagnostic) {
        self.init(dedupe, in: files)
        count = try reader.readInteger()
        seen = try FingerprintSet(memory: dedupe.limitOfKeys, in: files, from: &reader)
        let schema = dedupe.outputs[0].schema
        byKey = try NumberedRows(schema, memory: dedupe.limitOfRows, in: files, from: &reader)
        byNumber = try NumberedRows(schema, memory: dedupe.limitOfRows, in: files, from: &reader)
    }
}
