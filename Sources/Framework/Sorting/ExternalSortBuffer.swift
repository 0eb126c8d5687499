/// The records in memory, as they were added, and an index in sort order.
///
///     records   |key count payload|key count payload|…
///     index     (high, start) (high, start) …            what is sorted; records never move
struct ExternalSortBuffer {
    private(set) var records: [UInt8] = []
    private var index: [ExternalSortIndex.Entry] = []
    private var scratch: [ExternalSortIndex.Entry] = []
    private let limit: Int
    private var last = SortKey(0, then: 0)
    /// Whether the records were added in the order of their keys: then sorting is unnecessary.
    private(set) var isAscending = true

    /// An empty buffer for about `limit` bytes.
    init(limit: Int) { self.limit = min(limit, Int(UInt32.max)) }

    var isEmpty: Bool { index.isEmpty }
    var count: Int { index.count }

    /// Whether a record fits; an empty buffer accepts any record.
    func hasRoom(for payload: Int) -> Bool {
        let size = records.count &+ ExternalSortRecord.headerSize &+ payload
        // Sorting needs memory for the index twice.
        return size &+ (index.count &+ 1) &* (2 &* ExternalSortIndex.entrySize) <= limit || index.isEmpty
    }

    mutating func append(_ key: SortKey, payload: Span<UInt8>) {
        // One allocation, of memory that is not touched before it is used: growing would need up to three times as
        // much.
        if records.capacity == 0 { records.reserveCapacity(limit) }
        if key < last { isAscending = false }
        last = key
        index.append(ExternalSortIndex.Entry(high: key.high, start: UInt32(truncatingIfNeeded: records.count)))
        ExternalSortRecord.append(key, payload: payload, to: &records)
    }

    mutating func removeAll() {
        records.removeAll(keepingCapacity: true)
        index.removeAll(keepingCapacity: true)
        last = SortKey(0, then: 0)
        isAscending = true
    }

    mutating func sort() {
        guard !isAscending else { return }
        ExternalSortIndex.sort(&index, of: records, scratch: &scratch)
    }

    func key(_ position: Int) -> SortKey {
        ExternalSortRecord.key(records.span.bytes, at: Int(index[position].start))
    }

    /// Passes the bytes of each record in sort order: key and payload, or the payload alone.
    func withRecord<Failure: Error>(
        _ position: Int,
        body: (_ record: Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let start = Int(index[position].start)
        let end = ExternalSortRecord.payload(records.span.bytes, at: start).upperBound
        try body(records.span.extracting(start..<end))
    }
}
