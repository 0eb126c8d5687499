/// A source that can leave out what an earlier run has read: `since = "last-run"` in its section asks for it.
///
/// The engine keeps the greatest value of the column that grows, over all runs, and stores it together with the
/// completion of the run, never before. Records of the edge are read again and recognised by their keys, so none is lost
/// that came with the same value, or late within `lag`, and none comes twice.
public protocol IncrementalSource: Source {
    /// How its records grow.
    var increment: Increment { get throws }

    /// How many records there are whose value in the column that grows is below a value, or that have none; nil if that
    /// cannot be determined at little cost. Default: nil.
    ///
    /// It is asked for before a run reads, if `Increment.keepsAllKeys`. Another number than that of the known ones means
    /// that records have come or gone down there, and the run reads everything.
    func count(below value: Int64) async throws -> Int?

    /// Appends the records of one page, as `read(at:into:)` does, without those whose value in the column that grows is
    /// below `since`.
    ///
    /// - Parameters:
    ///   - cursor: Where the page begins; nil for the first.
    ///   - since: The least value wanted; nil for all. It is the same for all pages of a run, also of one that is taken
    ///     up later.
    ///   - batch: An empty batch with this source's schema.
    /// - Returns: Where the next page begins, if there is one.
    /// - Throws: what ends the run.
    func read(at cursor: Cursor?, since: Int64?, into batch: inout Batch) async throws -> Next<Cursor>
}

extension IncrementalSource {
    /// Nil: the number cannot be determined at little cost.
    public func count(below value: Int64) async throws -> Int? { nil }

    /// All records.
    public func read(at cursor: Cursor?, into batch: inout Batch) async throws -> Next<Cursor> {
        try await read(at: cursor, since: nil, into: &batch)
    }
}

/// How the records of a source grow over time.
public struct Increment: Sendable, Hashable {
    /// The column that grows: an integer or an instant, such as the time of the last change.
    public let column: String
    /// The columns that together tell a record from every other.
    public let key: [String]
    /// Whether a record is known by its key alone; if not, one whose value in the column that grows has changed is new.
    public let isKnownByKey: Bool
    /// Whether the keys of all delivered records are kept over all runs.
    ///
    /// Then a record that appears, at any time, below what was read before is found and delivered, once: see
    /// `IncrementalSource.count(below:)`. It costs some twenty bytes for each record in the state. Such records are known
    /// by their keys.
    public let keepsAllKeys: Bool

    /// A column that grows, and the key of a record.
    public init(column: String, key: [String], isKnownByKey: Bool = false, keepsAllKeys: Bool = false) {
        self.column = column
        self.key = key
        self.isKnownByKey = isKnownByKey || keepsAllKeys
        self.keepsAllKeys = keepsAllKeys
    }
}
