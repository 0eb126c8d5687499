internal import PluginKit

/// What happened to the records of a batch, wherever it was split.
struct Outcome: Equatable {
    private(set) var records: Batch
    private var combined = 0
    private var rejections: [Rejection: Int] = [:]
    private var filtered: [String: Int] = [:]

    /// What happened to the records of a whole batch.
    init(_ batch: Batch) {
        records = Batch(batch.schema)
        append(batch)
    }

    /// Adds what happened to the records of the next batch.
    mutating func append(_ batch: Batch) {
        records.append(contentsOf: batch)
        for rejection in batch.rejections { rejections[rejection, default: 0] += 1 }
        for reason in batch.filtered { filtered[reason.reason, default: 0] += reason.count }
        combined += batch.combined
    }

    /// Adds what happened to the following records.
    mutating func append(_ other: Outcome) {
        append(other.records)
        rejections.merge(other.rejections, uniquingKeysWith: +)
        filtered.merge(other.filtered, uniquingKeysWith: +)
        combined += other.combined
    }

    /// The number of records, whatever happened to them.
    var count: Int { records.count + combined + rejections.values.reduce(0, +) + filtered.values.reduce(0, +) }
}

extension Batch {
    /// The records in three batches, so that a run has pages.
    var thirds: [Batch] {
        let edges = (0...3).map { count * $0 / 3 }
        return zip(edges, edges.dropFirst()).map { part($0..<$1) }
    }
}
