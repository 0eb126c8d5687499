/// Some hundreds to thousands of records with one schema: the unit that stages hand on.
///
///     schema   title      year    watched_at
///     words    0, 5       1994    1409562611000000
///              5, 4       0       1409562612000000
///     bits                1 0
///     heap     H e a t ! S o l a …
///
/// Each column is a block of eight-byte words, one for each record, with a bit for each where there are nulls; the words
/// of a text point into a heap of bytes. A batch that is copied shares its columns with the copy until one of them
/// replaces them, so renaming, choosing and reordering columns, and handing a batch to several stages, copy no cell.
///
/// Records are appended with `appendRows`; a column is not changed cell by cell but replaced (`replace`).
public struct Batch: Sendable {
    /// The columns of every record.
    public internal(set) var schema: Schema
    /// How many records there are.
    @inlinable public var count: Int { rowCount }
    @usableFromInline var rowCount = 0
    @usableFromInline var columns: [Column]
    /// The number and the origin of each record: they outlive filters, so a rejected record can be found.
    var numbers = RowNumbers()
    /// For how many records room is made when the first is appended.
    var expectedRows: Int

    /// Records that were taken out because they cannot be used, until the engine collects them.
    public internal(set) var rejections: [Rejection] = []
    /// How many records were filtered, by reason, until the engine collects it.
    public internal(set) var filtered: [Filtered] = []
    /// How many records a memory has taken, until the engine collects it.
    public internal(set) var combined = 0
    /// What there is to say about records that are handed on, until the engine collects it.
    public internal(set) var remarks: [Remark] = []

    /// An empty batch.
    ///
    /// - Parameters:
    ///   - schema: The columns of every record.
    ///   - capacity: For how many records to make room at once, when the first is appended.
    public init(_ schema: Schema, capacity: Int = 0) {
        self.schema = schema
        columns = schema.columns.map { Column($0.kind) }
        expectedRows = capacity
    }

    /// A batch of these records, each with one value a column.
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

    /// The bytes of all text in it, used or not.
    public var bytesOfText: Int {
        var heaps: [Heap] = []
        for case let heap? in columns.map(\.heap) where !heaps.contains(where: { $0 === heap }) { heaps.append(heap) }
        return heaps.reduce(0) { $0 + $1.count }
    }

    /// The most text that a batch can address; sources end a page long before.
    public static let maximumBytesOfText = Heap.most

    /// Takes out all records, and what was noted about others.
    public mutating func removeAll() {
        truncate(to: 0)
        rejections.removeAll()
        filtered.removeAll()
        combined = 0
        remarks.removeAll()
        numbers.restart()
    }
}
