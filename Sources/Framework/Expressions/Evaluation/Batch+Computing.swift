public import Records

extension Batch {
    /// A column to compute: its name and the expression.
    public typealias Assignment = (column: String, value: Expression)

    /// Computes columns, all from the columns as they are, and rejects the records for which one of them fails.
    ///
    /// - Parameters:
    ///   - assignments: The columns and their expressions.
    ///   - schema: The columns of the batch afterwards: those of the assignments have the kinds of the expressions.
    /// - Precondition: No expression is a length of time, and the schema has its column with its kind.
    public mutating func compute(_ assignments: [Assignment], schema: Schema) {
        let original = self
        // A column that gets another kind is another column.
        let names = Set(assignments.map(\.column))
        reshape(to: self.schema.keeping { !names.contains($0.name) })
        reshape(to: schema)
        var failures: [Int: FailedRow] = [:]
        for (column, expression) in assignments {
            precondition(expression.type != .duration, "no column can hold a length of time")
            guard let field = schema.optionalField(column), field.kind == expression.kind ?? .text else {
                preconditionFailure("the schema has no column '\(column)' of the kind of its expression")
            }
            let failed = expression.withValues(of: original) { frame, vector in
                replace(field, with: vector, of: frame)
                return frame.failures
            }
            for failure in failed where failures[failure.row] == nil {
                failures[failure.row] = FailedRow(
                    row: failure.row,
                    code: failure.code,
                    reason: "\(expression.option): \(failure.reason)"
                )
            }
        }
        if !failures.isEmpty { reject(failures, as: original) }
    }

    /// Removes the failed rows, and rejects them as they were in another batch.
    private mutating func reject(_ failures: [Int: FailedRow], as original: Batch) {
        let rows = failures.keys.sorted()
        var wrong = original.gathered(rows.map { UInt32(truncatingIfNeeded: $0) })
        wrong.reject { _, index in failures[rows[index]].map { ($0.code, $0.reason) } }
        for rejection in wrong.takeRejections() { noteRejected(rejection) }
        keep(rows: self.rows { failures[$0] == nil })
    }
}

extension Expression {
    /// The values for all rows of a batch, as a batch with one column, and the rows that failed, which are null.
    ///
    /// An expression that is always null has a column of text.
    ///
    /// - Precondition: It is no length of time, which no column can hold.
    public func values(of batch: borrowing Batch) -> (values: Batch, failures: [FailedRow]) {
        precondition(type != .duration, "no column can hold a length of time")
        let kind = kind ?? .text
        var values = Batch(Schema([Schema.Column("value", kind: kind)]))
        let count = batch.count
        values.appendRows(atMost: count) { rows in rows.endRows(count) }
        let failures = withValues(of: batch) { frame, vector in
            values.replace(Field(index: 0, kind: kind), with: vector, of: frame)
            return frame.failures
        }
        return (values, failures)
    }
}

extension Batch {
    /// Replaces a column with the values of an expression; failed rows are null.
    fileprivate mutating func replace(_ field: Field, with vector: Vector, of frame: Frame) {
        let words = frame.wordsOfBits
        var bits = vector.bits
        // Frames are used by one caller at a time, so the memory for failures is free after evaluation.
        if frame.hasFailures {
            let has = frame.failed
            for word in 0..<words { has[word] = ~has[word] & (bits?[word] ?? .max) }
            bits = UnsafePointer(has)
        }
        switch field.kind {
        case .integer, .real, .instant, .date: replace(field, words: vector.words, bits: bits)
        case .boolean:
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: max(1, count)) { wide in
                guard let start = wide.baseAddress else { return }
                for row in 0..<count { (start + row).initialize(to: vector.words.isSet(row) ? 1 : 0) }
                replace(field, words: UnsafePointer(start), bits: bits)
            }
        case .text, .bytes, .decimal:
            replace(field) { batch, out in
                for row in 0..<batch.count {
                    guard bits?.isSet(row) ?? true else {
                        out.appendNull()
                        continue
                    }
                    switch field.kind {
                    // Sixteen bytes can be read at the start of any text, and of each sixteen of its bytes.
                    case .text: out.append(padded: vector.start(row), count: vector.text(row).count)
                    case .bytes: out.append(bytes: vector.text(row).span)
                    default: out.append(vector.decimal(row))
                    }
                }
            }
        }
    }
}

extension Vector {
    fileprivate func start(_ row: Int) -> UnsafePointer<UInt8> {
        bytes + Int(truncatingIfNeeded: words[row] & 0xFFFF_FFFF)
    }
}
