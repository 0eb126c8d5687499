public import Records

extension Batch {
    /// A column to compute: its name and the expression.
    public typealias Assignment = (column: String, value: Expression)

    /// Computes columns, all from the columns as they are, and rejects the records for which one of them fails.
    ///
    /// - Parameters:
    ///   - assignments: The columns and their expressions.
    ///   - schema: The columns of the batch afterwards: those of the assignments have the kinds of the expressions.
    public mutating func compute(_ assignments: [Assignment], schema: Schema) {
        var failures: [Int: FailedRow] = [:]
        var computed: [Batch] = []
        for (_, expression) in assignments {
            let (values, failed) = expression.values(of: self)
            computed.append(values)
            for failure in failed where failures[failure.row] == nil {
                failures[failure.row] = FailedRow(
                    row: failure.row,
                    code: failure.code,
                    reason: "\(expression.option): \(failure.reason)"
                )
            }
        }
        if !failures.isEmpty {
            let rows = (0..<count).filter { failures[$0] == nil }.map { UInt32(truncatingIfNeeded: $0) }
            reject { _, row in failures[row].map { ($0.code, $0.reason) } }
            for index in computed.indices { computed[index].keep(rows: rows) }
        }
        // A column that gets another kind is another column.
        let names = Set(assignments.map(\.column))
        reshape(to: self.schema.keeping { !names.contains($0.name) })
        reshape(to: schema)
        for (assignment, values) in zip(assignments, computed) {
            guard let field = schema.optionalField(assignment.column), let source = values.schema.fields.first,
                source.kind == field.kind
            else { continue }
            replace(field, with: source, of: values)
        }
    }
}

extension Expression {
    /// The values for all rows of a batch, as a batch with one column, and the rows that failed, which are null.
    ///
    /// An expression that is always null has a column of text.
    public func values(of batch: borrowing Batch) -> (values: Batch, failures: [FailedRow]) {
        let kind = kind ?? .text
        var values = Batch(Schema([Schema.Column("value", kind: kind)]))
        let failures = withValues(of: batch) { frame, vector in
            values.append(vector, frame: frame, kind: kind)
            return frame.failures
        }
        return (values, failures)
    }
}

extension Batch {
    /// Appends the values of an expression to the only column.
    fileprivate mutating func append(_ vector: Vector, frame: Frame, kind: Schema.Kind) {
        let field = Field(index: 0, kind: kind)
        appendRows(atMost: frame.count) { rows in
            rows.endRows(frame.count)
        }
        replace(field) { _, out in
            for row in 0..<frame.count {
                guard vector.isPresent(row), !UnsafePointer(frame.failed).isSet(row) else {
                    out.appendNull()
                    continue
                }
                switch kind {
                case .text: out.append(utf8: vector.text(row))
                case .bytes: out.append(bytes: vector.text(row).span)
                case .integer: out.append(Int64(bitPattern: vector.words[row]))
                case .real: out.append(Double(bitPattern: vector.words[row]))
                case .boolean: out.append(vector.words.isSet(row))
                case .instant: out.append(instant: Int64(bitPattern: vector.words[row]))
                case .date: out.append(date: Int32(truncatingIfNeeded: vector.words[row]))
                case .decimal: out.append(vector.decimal(row))
                }
            }
        }
    }
}
