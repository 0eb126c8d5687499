internal import Diagnostics
internal import Records

/// An open page of an export whose records are counted as they are read.
struct CountedPage {
    private(set) var reader: ExportPageReader
    /// Its place in the order of pages.
    let index: Int
    /// What has been counted so far.
    private(set) var count = ExportCensus.Page()
    private var tail: [UInt64] = []
    private let keys: RecordKeys
    private let before: PageSeam?

    /// - Parameters:
    ///   - reader: The reader of the page; nothing has been read.
    ///   - index: Its place in the order of pages.
    ///   - keys: The keys of its records.
    ///   - before: The end of the page before it; nil if there is none.
    init(_ reader: ExportPageReader, at index: Int, keys: RecordKeys, after before: PageSeam?) {
        self.reader = reader
        self.index = index
        self.keys = keys
        self.before = before
    }

    var page: ExportPage { reader.page }

    /// The end of this page for a comparison with the next, once this one has been read.
    var seam: PageSeam { PageSeam(tail, of: index) }

    /// Appends records to a batch and counts them.
    ///
    /// - Parameters:
    ///   - batch: The batch.
    ///   - limit: The most records to append.
    ///   - census: Receives their keys; nil if it has them already.
    ///   - repeats: Receives the rows of records that are also on the page before.
    /// - Returns: Whether there may be more.
    /// - Throws: Errors of the file.
    mutating func read(
        into batch: inout Batch,
        atMost limit: Int,
        addingTo census: inout ExportCensus,
        repeats: inout [Int]
    ) throws(Diagnostic) -> Bool {
        let first = batch.count
        let hasMore = try reader.read(into: &batch, atMost: limit)
        let isNew = census.pages[index] == nil
        var (films, others): ([UInt64], [UInt64]) = ([], [])
        let subject = page.subject
        for row in first..<batch.count {
            let about = keys.subject(of: row, in: batch, on: page)
            guard let key = keys.key(of: row, in: batch) else {
                count.keyless[about, default: 0] += 1
                continue
            }
            if about == .movies { films.append(key) } else { others.append(key) }
            tail.append(key)
            count.digest = count.digest &+ Self.mixed(key)
            if let before, before.contains(key) { repeats.append(row) }
        }
        if tail.count > 4 * PageSeam.length { tail.removeFirst(tail.count - PageSeam.length) }
        count.records = reader.recordsRead
        if isNew {
            census.add(films, about: .movies)
            census.add(others, about: subject ?? (keys.isMixed ? .episodes : nil))
        }
        return hasMore
    }

    /// Spreads a key over all bits, so that sums of keys identify them (splitmix64).
    private static func mixed(_ key: UInt64) -> UInt64 {
        var key = key &+ 0x9E37_79B9_7F4A_7C15
        key = (key ^ (key >> 30)) &* 0xBF58_476D_1CE4_E5B9
        key = (key ^ (key >> 27)) &* 0x94D0_49BB_1331_11EB
        return key ^ (key >> 31)
    }
}
