/// Some hundreds to thousands of records with one schema: the unit that stages hand on.
///
///     schema   title      year       watched_at
///     row 0    text(0,5)  int 1994   instant …
///     row 1    text(5,4)  null       instant …
///     arena    H e a t ! S o l a …
///
/// Cells lie row after row and are trivially copyable; the text of all of them lies in one arena of bytes that the
/// batch owns. A batch of a thousand records is therefore a handful of allocations, and dropping or moving a record
/// moves cells, never text.
public struct Batch: Sendable {
    @usableFromInline
    package enum Cell: BitwiseCopyable, Sendable {
        case null
        case boolean(Bool)
        case integer(Int64)
        case real(Double)
        case instant(Int64)
        case text(start: UInt32, count: UInt32)
        case date(Int32)
        /// The coefficient lies in the arena, 16 bytes with the lowest first.
        case decimal(start: UInt32, scale: UInt32)
        case bytes(start: UInt32, count: UInt32)
    }

    /// The columns of every record.
    public internal(set) var schema: Schema
    /// How many records there are.
    @inlinable public var count: Int { rowCount }
    @usableFromInline var rowCount = 0
    /// What the records were read from.
    package var origins = Origins("")

    @usableFromInline var width: Int
    @usableFromInline var cells: [Cell] = []
    @usableFromInline var arena: [UInt8] = []
    /// The number of each record, by which its origin is known: it outlives filters, so a rejected record can be found.
    @usableFromInline var numbers: [UInt32] = []
    /// The number that the next appended record gets.
    @usableFromInline var nextNumber: UInt32 = 1
    /// Records that were taken out because they cannot be used, until the engine collects them.
    public internal(set) var rejections: [Rejection] = []
    /// How many records were filtered, by reason, until the engine collects it.
    public internal(set) var filtered: [Filtered] = []
    /// What there is to say about records that are handed on, until the engine collects it.
    public internal(set) var remarks: [Remark] = []

    /// An empty batch.
    ///
    /// - Parameters:
    ///   - schema: The columns of every record.
    ///   - capacity: How many records to make room for at once.
    public init(_ schema: Schema, capacity: Int = 0) {
        self.schema = schema
        width = schema.width
        cells.reserveCapacity(capacity * schema.width)
        numbers.reserveCapacity(capacity)
    }

    /// A batch of these records, each with one value a column.
    public init(_ schema: Schema, _ records: [[Value]]) {
        self.init(schema, capacity: records.count)
        for record in records { append(record) }
    }

    /// Whether there is no record.
    public var isEmpty: Bool { count == 0 }

    /// The bytes of all text in it, used or not.
    public var bytesOfText: Int { arena.count }

    /// The most text that a batch can address; sources end a page long before.
    public static let maximumBytesOfText = Int(UInt32.max)

    /// Takes out all records and keeps the room that they had.
    public mutating func removeAll() {
        rowCount = 0
        cells.removeAll(keepingCapacity: true)
        arena.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
        rejections.removeAll()
        filtered.removeAll()
        remarks.removeAll()
        origins.others.removeAll()
        nextNumber = 1
    }
}

/// A record that cannot be used, and why.
public struct Rejection: Sendable, Hashable {
    /// A stable name for the reason, such as `letterboxd.no-film`.
    public let code: String
    /// The reason, for people.
    public let reason: String
    /// Where the record came from: `watched-history-3.json, record 17`.
    public let position: String
    /// The record as it was at that stage: a name and a value for each column that was not null.
    public let record: [Item]

    /// A record that cannot be used, and why.
    package init(code: String, reason: String, position: String, record: [Item]) {
        self.code = code
        self.reason = reason
        self.position = position
        self.record = record
    }

    /// One cell of a rejected record.
    public struct Item: Sendable, Hashable {
        /// The column.
        public let name: String
        /// What it held.
        public let value: Value

        /// A cell.
        package init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }
}
