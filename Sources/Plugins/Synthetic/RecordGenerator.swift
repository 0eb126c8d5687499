internal import Records

/// Generates records from the numbers of rows.
///
/// It does not depend on pages: a row is the same whenever and in whatever order rows are requested.
struct RecordGenerator: Sendable {
    /// The columns of every record.
    let schema: Schema
    private let columns: [ColumnGenerator]

    /// Creates a generator of those columns that are in `schema`.
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
