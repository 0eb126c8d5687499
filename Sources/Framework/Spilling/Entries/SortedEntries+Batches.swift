internal import Diagnostics
internal import Records

extension SortedEntries {
    /// Adds the records of a batch.
    ///
    /// - Parameters:
    ///   - batch: The records.
    ///   - order: Makes their keys.
    ///   - coding: Writes them.
    ///   - onlyWithKey: Whether records whose key columns are all null are left out.
    /// - Throws: `file.*`, `batch.text`.
    mutating func add(
        _ batch: Batch,
        by order: SortOrder,
        coding: RowCoding,
        onlyWithKey: Bool
    ) throws(Diagnostic) {
        try batch.checkText()
        let keyBatch = order.prepared(batch)
        let keyFields = order.columns.map(\.field)
        var failure: Diagnostic?
        batch.withMemory(of: batch.schema.fields) { columns in
            keyBatch.withMemory(of: keyFields) { keys in
                do throws(Diagnostic) {
                    for row in 0..<batch.count {
                        if onlyWithKey, keys.allSatisfy({ $0.isNull(row) }) { continue }
                        let most = order.most(row, of: keys) + coding.most(row, of: columns)
                        guard most <= EntryArena.largest else { throw Self.tooLarge }
                        append(atMost: most) { target in
                            let key = order.write(row, of: keys, to: target).count
                            return (key, coding.write(row, of: columns, to: target + key))
                        }
                        if row & 63 == 63 { try spillIfFull() }
                    }
                    try spillIfFull()
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
    }
}
