public import Diagnostics

extension Batch {
    /// Keeps the records for which `isKept` is true, in order, and returns how many were removed.
    ///
    /// If `isKept` throws, that record and all after it are kept, each once.
    @inlinable
    @discardableResult
    public mutating func keep<Failure: Error>(
        where isKept: (borrowing Batch, Int) throws(Failure) -> Bool
    ) throws(Failure) -> Int {
        let count = count
        // Not an array: inside a closure that fills one, the batch would be copied for each record.
        let rows = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: count)
        defer { rows.deallocate() }
        var kept = 0
        var row = 0
        do throws(Failure) {
            while row < count {
                rows[kept] = UInt32(truncatingIfNeeded: row)
                kept &+= try isKept(self, row) ? 1 : 0
                row &+= 1
            }
        } catch {
            while row < count {
                rows[kept] = UInt32(truncatingIfNeeded: row)
                kept &+= 1
                row &+= 1
            }
            keepChecked(UnsafeBufferPointer(rebasing: rows[..<kept]))
            throw error
        }
        keepChecked(UnsafeBufferPointer(rebasing: rows[..<kept]))
        return count - kept
    }

    /// Keeps some records.
    ///
    /// - Parameter rows: Their rows, in strictly ascending order.
    /// - Precondition: The rows exist and are in this order.
    public mutating func keep(rows: [UInt32]) {
        check(rows)
        precondition(zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 }, "rows that do not grow")
        rows.withUnsafeBufferPointer { keepChecked($0) }
    }

    /// The rows for which `isChosen` is true, for `keep(rows:)` and `gathered`.
    @inlinable
    public func rows(where isChosen: (Int) throws -> Bool) rethrows -> [UInt32] {
        var rows: [UInt32] = []
        rows.reserveCapacity(count)
        for row in 0..<count where try isChosen(row) { rows.append(UInt32(truncatingIfNeeded: row)) }
        return rows
    }

    /// Removes records that cannot be used; `reason` returns why, or nil to keep the record.
    ///
    /// The rejected records are added to `rejections`, each with its position and its values.
    public mutating func reject(where reason: (borrowing Batch, Int) -> (code: Diagnostic.Code, reason: String)?) {
        var rows: [UInt32] = []
        rows.reserveCapacity(count)
        for row in 0..<count {
            if let because = reason(self, row) {
                rejections.append(rejection(of: row, code: because.code, because: because.reason))
            } else {
                rows.append(UInt32(truncatingIfNeeded: row))
            }
        }
        rows.withUnsafeBufferPointer { keepChecked($0) }
    }

    /// Removes one record that cannot be used; the rows after it move up.
    ///
    /// Each call moves all columns: to remove several records, use `reject(where:)`.
    public mutating func reject(_ row: Int, code: Diagnostic.Code, because reason: String) {
        rejections.append(rejection(of: row, code: code, because: reason))
        let rows = (0..<count).compactMap { $0 == row ? nil : UInt32(truncatingIfNeeded: $0) }
        rows.withUnsafeBufferPointer { keepChecked($0) }
    }

    /// Takes the rejections made so far.
    public mutating func takeRejections() -> [Rejection] {
        defer { rejections = [] }
        return rejections
    }

    /// Keeps the first `length` records.
    public mutating func truncate(to length: Int) {
        let length = max(0, min(length, count))
        guard length < count else { return }
        for index in columns.indices { columns[index].truncate(from: count, to: length) }
        numbers.truncate(to: length)
        rowCount = length
    }

    /// Keeps the records of a list of existing rows in ascending order.
    @usableFromInline
    mutating func keepChecked(_ rows: UnsafeBufferPointer<UInt32>) {
        guard rows.count < count else { return }
        guard let last = rows.last, Int(last) >= rows.count else { return truncate(to: rows.count) }
        let runs = Self.runs(rows)
        for index in columns.indices { columns[index].keep(rows, runs: runs) }
        numbers.gather(rows)
        rowCount = rows.count
    }

    /// The runs of consecutive rows; nil if they are so short that rows are moved one by one.
    private static func runs(_ rows: UnsafeBufferPointer<UInt32>) -> [Range<Int>]? {
        var ends = 0
        for index in 1..<max(rows.count, 1) { ends &+= rows[index] == rows[index &- 1] &+ 1 ? 0 : 1 }
        guard ends < rows.count / 16 else { return nil }
        var runs: [Range<Int>] = []
        runs.reserveCapacity(ends + 1)
        var start = 0
        for index in 1...rows.count where index == rows.count || rows[index] != rows[index - 1] + 1 {
            runs.append(Int(rows[start])..<Int(rows[index - 1]) + 1)
            start = index
        }
        return runs
    }

    private func rejection(of row: Int, code: Diagnostic.Code, because reason: String) -> Rejection {
        let items = schema.columns.enumerated().compactMap { index, column -> Rejection.Item? in
            let value = self[row, Field(index: index, kind: column.kind)]
            return value == .null ? nil : Rejection.Item(name: column.name, value: value)
        }
        return Rejection(code: code.name, reason: reason, position: position(of: row), record: items)
    }
}
