public import Records

extension Batch {
    /// Sets the value of one cell, for tests: the whole column is rewritten.
    ///
    /// - Precondition: the value is null or of the column's kind.
    public mutating func set(_ value: Value, row: Int, in field: Field) {
        replace(field) { batch, out in
            for other in 0..<batch.count {
                if other == row { out.append(value) } else { out.append(other, of: batch, in: field) }
            }
        }
    }
}
