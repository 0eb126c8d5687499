internal import Records

/// One evaluation of an expression: the columns of a batch, the memory of all parts, and the rows that failed.
///
/// A frame is used for one batch after the other, and by one task at a time.
package final class Frame {
    /// The number of rows.
    package private(set) var count = 0
    /// How many words have a bit for each row.
    package var wordsOfBits: Int { (count + 63) >> 6 }
    /// The memory of the parts that were evaluated so far.
    private var slots: [Slot?]
    private var rows = 0
    private var columns: [ColumnMemory] = []
    /// The values of terms that are used twice.
    var shared: [Int: Vector] = [:]

    /// A bit for each row that has failed.
    private(set) var failed: UnsafeMutablePointer<UInt64>
    /// Whether a row has failed.
    private(set) var hasFailures = false
    /// The failed rows, in the order of evaluation.
    private(set) var failures: [FailedRow] = []
    /// How many `try` are open, in which failures need no reason.
    private var quiet = 0

    /// Sixteen bytes for vectors without texts.
    let noBytes: UnsafePointer<UInt8>

    init(slots: Int) {
        let nothing = UnsafeMutablePointer<UInt8>.allocate(capacity: 16)
        nothing.initialize(repeating: 0, count: 16)
        noBytes = UnsafePointer(nothing)
        self.slots = Array(repeating: nil, count: slots)
        failed = .allocate(capacity: 1)
        failed.initialize(to: 0)
    }

    deinit {
        failed.deallocate()
        noBytes.deallocate()
    }

    /// Begins a batch with this number of rows.
    ///
    /// - Parameters:
    ///   - count: The number of rows.
    ///   - columns: The memory of the columns that the expression reads; it must not change meanwhile.
    func begin(count: Int, columns: [ColumnMemory]) {
        if count > rows || rows == 0 {
            rows = max(count, 1)
            for index in slots.indices { slots[index] = nil }
            failed.deallocate()
            let words = Slot.wordsOfBits(rows)
            failed = .allocate(capacity: words)
            failed.initialize(repeating: 0, count: words)
        }
        self.count = count
        self.columns = columns
        failed.update(repeating: 0, count: Slot.wordsOfBits(count))
        hasFailures = false
        failures = []
    }

    /// Ends a batch.
    func end() {
        columns = []
        shared = [:]
        // A constant has too few bytes for that, so it stays.
        for slot in slots { slot?.shrink() }
    }

    /// The memory of a part.
    package func slot(_ index: Int) -> Slot {
        if let slot = slots[index] { return slot }
        let slot = Slot(rows: rows)
        slots[index] = slot
        return slot
    }

    /// The values of a column.
    func column(_ index: Int) -> ColumnMemory { columns[index] }

    /// The bits of the last word that belong to rows.
    @inline(__always)
    var lastBits: UInt64 { count & 63 == 0 ? .max : (1 &<< UInt64(count & 63)) &- 1 }

    /// Whether rows can be lost: nothing has to be looked at otherwise.
    var rowCapacity: Int { rows }

    // MARK: Failures

    /// Notes that a row has no value.
    ///
    /// The first failure of a row counts. Within `try` the reason is not asked for.
    func fail(_ row: Int, failure: Failure, in part: String, values: () -> String) {
        guard !UnsafePointer(failed).isSet(row) else { return }
        failed.set(row)
        hasFailures = true
        guard quiet == 0 else { return }
        let values = values()
        failures.append(
            FailedRow(
                row: row,
                code: failure.code,
                reason: "\(part): \(failure.reason)" + (values.isEmpty ? "" : " (\(values))")
            )
        )
    }

    /// Evaluates a part so that its failures concern nothing else.
    ///
    /// - Parameters:
    ///   - index: The memory for the failed rows of the part.
    ///   - body: Evaluates the part.
    /// - Returns: The value of the body, and a bit for each row that failed in it; nil if none did.
    func attempt(_ index: Int, body: () -> Vector) -> (Vector, failed: UnsafePointer<UInt64>?) {
        let own = slot(index).bits
        own.update(repeating: 0, count: Slot.wordsOfBits(count))
        let (outer, outerHas) = (failed, hasFailures)
        (failed, hasFailures) = (own, false)
        quiet += 1
        let vector = body()
        quiet -= 1
        let has = hasFailures
        (failed, hasFailures) = (outer, outerHas)
        return (vector, has ? UnsafePointer(own) : nil)
    }
}
