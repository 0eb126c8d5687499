internal import Records

/// A function from a row's number to a record.
///
/// It knows nothing of pages: which rows somebody asks for, and in which order, makes no difference to any of them.
struct RecordGenerator: Sendable {
    /// The columns of every record.
    let schema: Schema
    private let columns: [ColumnGenerator]

    /// A generator of those of the columns that `schema` has.
    init(_ columns: [GeneratedColumn], seed: Int, schema: Schema) {
        self.schema = schema
        self.columns = columns.compactMap { column in
            schema.optionalField(column.name).map { ColumnGenerator(column, seed: seed, at: $0) }
        }
    }

    /// Appends the records with these numbers, from 0, to a batch with this schema.
    func append(_ rows: Range<Int>, to batch: inout Batch) {
        batch.number(from: rows.lowerBound + 1)
        batch.appendRows(atMost: rows.count) { writer in
            for column in columns { column.fill(rows, with: &writer) }
            writer.endRows(rows.count)
        }
    }
}
