extension Batch {
    /// Appends a record, one value per column: for tests and small sources.
    ///
    /// - Precondition: There are as many values as columns, each null or of its column's kind.
    public mutating func append(_ values: [Value]) { append([values]) }

    /// Appends records, one value per column: for tests and small sources.
    ///
    /// - Precondition: There are as many values as columns, each null or of its column's kind.
    public mutating func append(_ records: [[Value]]) {
        let fields = schema.columns.enumerated().map { Field(index: $0, kind: $1.kind) }
        appendRows(atMost: records.count) { rows in
            for values in records {
                precondition(values.count == fields.count, "\(values.count) values for \(fields.count) columns")
                for (value, field) in zip(values, fields) { rows.set(value, in: field) }
                rows.endRow()
            }
        }
    }

    /// Appends a record of another batch with the same columns, with its number and its origin.
    public mutating func append(_ row: Int, of other: borrowing Batch) {
        append([UInt32(truncatingIfNeeded: row)], of: other)
    }

    /// Appends records of another batch with the same columns, with their numbers and their origins.
    ///
    /// Their text is copied, so the other batch need not be kept.
    ///
    /// - Parameters:
    ///   - rows: Which records, in the order to append; a row may occur several times.
    ///   - other: The batch.
    /// - Precondition: Its columns are of the same kinds.
    public mutating func append(_ rows: [UInt32], of other: borrowing Batch) {
        precondition(
            other.columns.count == columns.count && zip(other.columns, columns).allSatisfy { $0.kind == $1.kind },
            "the batches have different columns"
        )
        guard !rows.isEmpty else { return }
        other.check(rows)
        rows.withUnsafeBufferPointer { list in
            var heap = prepare(for: list.count)
            for index in columns.indices {
                columns[index].write(list, of: other.columns[index], at: count, heap: &heap)
            }
            appendedCells(list.count, text: &heap)
            numbers.append(list, of: other.numbers, to: count)
            rowCount += list.count
        }
    }

    /// Appends all records of another batch with the same columns, with their numbers and their origins.
    public mutating func append(contentsOf other: borrowing Batch) {
        append((0..<other.count).map { UInt32(truncatingIfNeeded: $0) }, of: other)
    }
}

extension Column {
    /// Writes rows of another column after the existing ones, into space whose words and bits are 0.
    fileprivate mutating func write(
        _ rows: UnsafeBufferPointer<UInt32>,
        of other: Column,
        at count: Int,
        heap: inout HeapWriter
    ) {
        let words = words + count
        if other.lacksText { lacksText = true }
        if other.nulls == 0 {
            Bits.fill(count..<count + rows.count, in: bits, with: true)
        } else {
            for (index, row) in rows.enumerated() where Bits.isSet(Int(row), in: other.bits) {
                Bits.set(count + index, in: bits)
            }
        }
        guard hasHeap else {
            for (index, row) in rows.enumerated() { words[index] = other.words[Int(row)] }
            return
        }
        var bytes = 0
        for row in rows { bytes &+= kind.bytesInHeap(other.words[Int(row)]) }
        heap.reserve(bytes)
        for (index, row) in rows.enumerated() {
            let word = other.words[Int(row)]
            // Nulls and empty texts point to nothing.
            if kind.bytesInHeap(word) > 0 { words[index] = other.copied(word, to: &heap) }
        }
    }
}
