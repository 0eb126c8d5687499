internal import PluginKit

/// The records with the smallest draws so far: a sample in which each choice is equally likely.
///
/// Records that may still be pushed out are held too, up to as many as the sample has, so that the memory is rarely
/// arranged anew.
struct Reservoir {
    private let most: Int
    /// The records, in the order in which they came.
    private var records: Batch
    private var draws: [UInt64] = []
    /// The draw of a record that is not in the sample: those that are not below it cannot be either.
    private var bound = UInt64.max

    /// An empty sample of at most this many records.
    init(_ schema: Schema, most: Int) {
        self.most = most
        records = Batch(schema)
    }

    /// About how much memory it takes, in bytes.
    var bytes: Int { records.bytesOfText + draws.count * 8 * (records.schema.width + 2) }

    /// Adds records, each with its draw.
    mutating func add(_ batch: borrowing Batch, draws new: [UInt64]) {
        let rows = batch.rows { new[$0] < bound }
        records.append(rows, of: batch)
        draws += rows.map { new[Int($0)] }
        if draws.count - most > max(most, 4_096) { arrange() }
    }

    /// Leaves out the records that are not in the sample; the others keep their order.
    mutating func arrange() {
        guard draws.count > most else { return }
        // Of equal draws, the record that came first counts.
        let chosen = draws.indices.sorted { (draws[$0], $0) < (draws[$1], $1) }.prefix(most).sorted()
        // In fresh memory, so that the texts of the others are released.
        var kept = Batch(records.schema, capacity: most)
        kept.append(chosen.map { UInt32(truncatingIfNeeded: $0) }, of: records)
        records = kept
        draws = chosen.map { draws[$0] }
        bound = draws.max() ?? .max
    }

    /// Appends a page of the sample to a batch.
    mutating func drain(page: Int, rows: Int, into batch: inout Batch) -> Drained {
        arrange()
        let first = page * rows
        let last = min(first + rows, records.count)
        if first < last { batch.append((first..<last).map { UInt32(truncatingIfNeeded: $0) }, of: records) }
        return last < records.count ? .more : .end
    }

    /// Appends the sample to a checkpoint.
    mutating func write(to writer: inout StateWriter) {
        arrange()
        records.write(to: &writer)
        draws.map { Int64(bitPattern: $0) }.write(to: &writer)
    }

    /// Reads the sample of a checkpoint.
    ///
    /// - Throws: `checkpoint.state` if the bytes are not such a sample.
    init(_ schema: Schema, most: Int, from reader: inout StateReader) throws(Diagnostic) {
        self.most = most
        records = try Batch(schema, from: &reader)
        draws = try [Int64](from: &reader).map { UInt64(bitPattern: $0) }
        guard draws.count == records.count, draws.count <= most else { throw StateReader.damaged }
        if draws.count == most { bound = draws.max() ?? .max }
    }
}
