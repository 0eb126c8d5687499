internal import PluginKit

/// Records that cannot be used, found while their new columns are made; each is rejected as it arrived.
struct RowFaults {
    private var reasons: [Int: (code: Diagnostic.Code, reason: String)] = [:]

    /// Whether every record can be used.
    var isEmpty: Bool { reasons.isEmpty }

    /// Notes why the record of a row cannot be used; the first reason of a row counts.
    mutating func add(_ row: Int, code: Diagnostic.Code, because reason: @autoclosure () -> String) {
        if reasons[row] == nil { reasons[row] = (code, reason()) }
    }

    /// Whether something was noted about a row.
    func has(_ row: Int) -> Bool { reasons[row] != nil }

    /// Rejects the records from a batch with new columns.
    ///
    /// - Parameters:
    ///   - batch: The batch, with the rows of `original`.
    ///   - original: The same records as they arrived.
    func reject(from batch: inout Batch, as original: Batch) {
        guard !reasons.isEmpty else { return }
        // Rows in which nothing is wrong are not needed to describe the others.
        let rows = reasons.keys.sorted()
        var wrong = original.gathered(rows.map { UInt32(truncatingIfNeeded: $0) })
        wrong.reject { _, index in reasons[rows[index]] }
        for rejection in wrong.takeRejections() { batch.noteRejected(rejection) }
        batch.keep(rows: batch.rows { reasons[$0] == nil })
    }
}
