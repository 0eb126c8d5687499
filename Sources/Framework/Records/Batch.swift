/// Hundreds to thousands of records with one schema: the unit that stages pass on.
///
///     schema   title      year    watched_at
///     words    0, 5       1994    1409562611000000
///              5, 4       0       1409562612000000
///     bits                1 0
///     heap     H e a t ! S o l a …
///
/// Each column is a block of eight-byte words, one for each record. A column with nulls also has a validity bit for
/// each record. The word of a text is its offset and length in the column's heap of bytes. A copy of a batch shares the
/// columns with the original until one of them replaces a column. So renaming, selecting and reordering columns, and
/// passing a batch to several stages, copy no cell.
///
/// Records are appended with `appendRows`. A column is not changed cell by cell but replaced (`replace`).
public struct Batch: Sendable {
    /// The columns of every record.
    public internal(set) var schema: Schema
    /// The number of records.
    @inlinable public var count: Int { rowCount }
    @usableFromInline var rowCount = 0
    @usableFromInline var columns: [Column]
    /// The number and the origin of each record.
    ///
    /// Filters do not change them, so a rejected record can be located.
    var numbers = RowNumbers()
    /// The number of records for which the first append reserves space.
    var expectedRows: Int

    /// Records that were removed because they cannot be used, until the engine collects them.
    public internal(set) var rejections: [Rejection] = []
    /// The counts of filtered records by reason, until the engine collects them.
    public internal(set) var filtered: [Filtered] = []
    /// How many records a memory has taken, until the engine collects the count.
    public internal(set) var combined = 0
    /// Remarks about records that are handed on, until the engine collects them.
    public internal(set) var remarks: [Remark] = []

    /// Creates an empty batch.
    ///
    /// - Parameters:
    ///   - schema: The columns of every record.
    ///   - capacity: The number of records for which the first append reserves space.
    public init(_ schema: Schema, capacity: Int = 0) {
        self.schema = schema
        columns = schema.columns.map { Column($0.kind) }
        expectedRows = capacity
    }

    /// A batch of these records, each with one value per column.
    public init(_ schema: Schema, records: [[Value]]) {
        self.init(schema, capacity: records.count)
        append(records)
    }

    /// A batch with these columns.
    init(_ schema: Schema, columns: [Column], count: Int, numbers: RowNumbers) {
        self.schema = schema
        self.columns = columns
        rowCount = count
        expectedRows = count
        self.numbers = numbers
    }

    /// Whether there is no record.
    public var isEmpty: Bool { count == 0 }

    /// Removes all records, and what was recorded about others.
    public mutating func removeAll() {
        truncate(to: 0)
        rejections.removeAll()
        filtered.removeAll()
        combined = 0
        remarks.removeAll()
        for index in columns.indices { columns[index].lacksText = false }
        numbers.restart()
    }
}
