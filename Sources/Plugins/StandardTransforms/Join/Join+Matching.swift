internal import PluginKit

extension Join {
    /// Keeps, repeats or leaves out the records of a batch by what was found for each, and adds the columns.
    ///
    /// - Parameters:
    ///   - batch: The batch.
    ///   - matches: For each record, the rows that were found.
    ///   - rows: The rows of the other stage.
    /// - Throws: `StageFailure.badBatch` if that is too much for one batch.
    func place(_ batch: inout Batch, matches: [Range<Int>], of rows: Batch) throws {
        var matches = matches
        if self.matches == .one, matches.contains(where: { $0.count > 1 }) {
            let several = matches
            batch.reject { _, row in
                guard several[row].count > 1 else { return nil }
                let count = several[row].count.counted("record")
                return ("join.several", "\(count) of the other stage have its key")
            }
            matches.removeAll { $0.count > 1 }
        }
        switch kind {
        case .semi: return batch.keep(orFilterAs: "without a match") { _, row in !matches[row].isEmpty }
        case .anti: return batch.keep(orFilterAs: "with a match") { _, row in matches[row].isEmpty }
        case .inner:
            batch.keep(orFilterAs: "without a match") { _, row in !matches[row].isEmpty }
            matches.removeAll { $0.isEmpty }
        case .left: break
        }
        if self.matches == .all { try repeatRecords(&batch, matches: &matches) }
        try addColumns(to: &batch, places: matches.map { $0.isEmpty ? nil : UInt32($0.lowerBound) }, of: rows)
    }

    /// How many records are made of a batch of several; of one record there are at most `SpillingTable.mostRows`.
    private static var most: Int { 100_000 }

    /// Repeats each record for each of its matches.
    private func repeatRecords(_ batch: inout Batch, matches: inout [Range<Int>]) throws {
        guard matches.contains(where: { $0.count > 1 }) else { return }
        let count = matches.reduce(0) { $0 + max($1.count, 1) }
        guard count <= Self.most || batch.count == 1 else {
            throw StageFailure.tooMuchText("what '\(Self.name)' makes of \(batch.count.counted("record"))")
        }
        var (rows, places) = ([UInt32](), [Range<Int>]())
        rows.reserveCapacity(count)
        for (row, match) in matches.enumerated() {
            if match.isEmpty {
                rows.append(UInt32(truncatingIfNeeded: row))
                places.append(match)
            }
            for place in match {
                rows.append(UInt32(truncatingIfNeeded: row))
                places.append(place..<place + 1)
            }
        }
        let (rejections, filtered) = (batch.takeRejections(), batch.takeFiltered())
        batch = batch.gathered(rows)
        for rejection in rejections { batch.noteRejected(rejection) }
        for filtered in filtered { batch.noteFiltered(filtered.count, because: filtered.reason) }
        matches = places
    }

    private func addColumns(to batch: inout Batch, places: [UInt32?], of rows: Batch) throws {
        guard !added.isEmpty else { return }
        batch.reshape(to: outputs[0].schema)
        var text = 0
        for (index, field) in added.enumerated() {
            let taken = Field(index: index, kind: field.kind)
            text += batch.replace(field, gathering: places, of: rows, in: taken)
        }
        // Many records may get the same long text, which a later stage may copy; one of its own is never too long.
        guard text <= Batch.usualBytesOfText || batch.count == 1 else {
            throw StageFailure.tooMuchText("what '\(Self.name)' adds to \(batch.count.counted("record"))")
        }
    }
}
