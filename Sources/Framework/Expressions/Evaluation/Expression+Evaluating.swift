public import Records

extension Expression {
    /// Which rows a condition chose.
    public struct Choice: Sendable {
        /// The rows for which it is true, in ascending order.
        public let rows: [UInt32]
        /// The rows for which it has no value, in no particular order, each once.
        public let failures: [FailedRow]
    }

    /// The rows of a batch for which a condition is true, and those for which it fails.
    ///
    /// - Precondition: The expression was made as a condition, for the columns of the batch.
    public func rows(of batch: borrowing Batch) -> Choice {
        precondition(type == .boolean, "only a condition chooses rows")
        return withValues(of: batch) { frame, vector in
            let (words, failed, last) = (frame.wordsOfBits, frame.failed, frame.lastBits)
            let rows = [UInt32](unsafeUninitializedCapacity: frame.count) { rows, used in
                var kept = 0
                for word in 0..<words {
                    var bits = vector.words[word] & (vector.bits?[word] ?? .max) & ~failed[word]
                    if word == words &- 1 { bits &= last }
                    while bits != 0 {
                        // No more bits than rows are set.
                        rows[kept] = UInt32(truncatingIfNeeded: word &<< 6 | bits.trailingZeroBitCount)
                        kept &+= 1
                        bits &= bits &- 1
                    }
                }
                used = kept
            }
            return Choice(rows: rows, failures: frame.failures)
        }
    }

    /// Keeps the rows for which a condition is true, counts the others as filtered, and rejects those for which it
    /// fails.
    ///
    /// - Parameters:
    ///   - batch: The batch.
    ///   - reason: Why records are filtered, as text that fits after a number.
    public func keep(in batch: inout Batch, orFilterAs reason: String) {
        let choice = rows(of: batch)
        let gone = batch.count - choice.rows.count - choice.failures.count
        if choice.failures.isEmpty {
            if choice.rows.count < batch.count { batch.keep(rows: choice.rows) }
        } else {
            var kept = choice.rows
            kept += choice.failures.map { UInt32(truncatingIfNeeded: $0.row) }
            kept.sort()
            // Failed rows are found again by their place among those kept.
            var failures: [Int: FailedRow] = [:]
            for failure in choice.failures { failures[failure.row] = failure }
            let ordered = kept.map { failures[Int($0)] }
            batch.keep(rows: kept)
            batch.reject { _, row in ordered[row].map { ($0.code, "\(option): \($0.reason)") } }
        }
        batch.noteFiltered(gone, because: reason)
    }

    /// The value of each row, or its failure; also of an expression that is a length of time.
    public func results(of batch: borrowing Batch) -> [Result<Value, FailedRow>] {
        let count = batch.count
        return withValues(of: batch) { frame, vector in
            var results: [Result<Value, FailedRow>] = []
            results.reserveCapacity(count)
            var failures: [Int: FailedRow] = [:]
            for failure in frame.failures { failures[failure.row] = failure }
            for row in 0..<count {
                if let failure = failures[row] {
                    results.append(.failure(failure))
                } else {
                    results.append(.success(type.map { vector.value(row, type: $0) } ?? .null))
                }
            }
            return results
        }
    }

    /// The value of a row, for tests: the whole batch is evaluated.
    ///
    /// - Throws: The failure of the row.
    public func value(of row: Int, in batch: borrowing Batch) throws(FailedRow) -> Value {
        try results(of: batch)[row].get()
    }

    /// Evaluates a batch.
    func withValues<Result>(of batch: borrowing Batch, body: (Frame, Vector) -> Result) -> Result {
        let frame = frames.take()
        defer { frames.giveBack(frame) }
        let count = batch.count
        return batch.withMemory(of: fields) { memory in
            frame.begin(count: count, columns: Array(memory))
            defer { frame.end() }
            return body(frame, run(frame, nil))
        }
    }
}
