internal import Diagnostics
internal import Records

/// Rejected records: each with its position, the reason and what is written in the file.
extension CSVDecoder {
    /// Removes the records with values that do not fit, and notes them and the faulty ones, in the order of the page.
    ///
    /// - Parameters:
    ///   - misfits: The values that do not fit, column by column; the first of each row is reported.
    ///   - records: The records of the page.
    ///   - page: The page.
    ///   - name: The name of the file.
    ///   - before: How many records the batch had before the page.
    ///   - batch: The batch.
    func reject(
        _ misfits: [CSVMisfit],
        of records: borrowing CSVRecords,
        page: CSVPage,
        name: String,
        before: Int,
        in batch: inout Batch
    ) {
        var rejected = records.rejected.map { ($0.number, $0.fault.code, $0.fault.reason) }
        var rows: Set<Int> = []
        for misfit in misfits where rows.insert(misfit.row).inserted {
            rejected.append(
                (
                    Int(records.numbers[misfit.row]), "csv.value", reason(for: misfit, of: records, page: page)
                )
            )
        }
        rejected.sort { $0.0 < $1.0 }
        let lines = rejected.map { UInt32(truncatingIfNeeded: $0.0) }.withUnsafeBufferPointer { page.lines(of: $0) }
        for ((number, code, reason), line) in zip(rejected, lines) {
            batch.noteRejected(
                Rejection(
                    code: code,
                    reason: reason,
                    position: "\(name), line \(line)",
                    record: [Rejection.Item(name: "line", value: .text(page.excerpt(of: number)))]
                )
            )
        }
        if !rows.isEmpty { batch.keep { _, row in !rows.contains(row - before) } }
    }

    private func reason(for misfit: CSVMisfit, of records: borrowing CSVRecords, page: CSVPage) -> String {
        let column = misfit.column
        let text = field(column.place, of: misfit.row, in: records, page: page).map(cell.text) ?? ""
        let expected = column.reader?.expected ?? "JSON"
        return "column '\(column.name)': \(VisibleText.line(text, atMost: 80).debugDescription) is not \(expected)"
    }
}
