/// Counts the different records on the pages of an export.
struct ExportCensus: Sendable {
    /// The counts of a page.
    struct Page: Sendable, Hashable {
        /// The number of records.
        var records = 0
        /// The number of records without a key, by subject: each counts as a different one.
        var keyless: [ExportPage.Subject?: Int] = [:]
        /// A digest of the records that does not depend on their order.
        var digest: UInt64 = 0
    }

    private(set) var pages: [Int: Page] = [:]
    private var keys: [ExportPage.Subject?: DistinctKeys] = [:]

    /// Adds the keys of records, some of which may be known.
    mutating func add(_ more: [UInt64], about subject: ExportPage.Subject?) {
        if !more.isEmpty { keys[subject, default: DistinctKeys()].add(more) }
    }

    /// Records a page whose keys have all been added.
    mutating func note(_ page: Page, at index: Int) { pages[index] = page }

    /// The number of different records, by subject.
    mutating func counts() -> [ExportPage.Subject?: Int] {
        var counts: [ExportPage.Subject?: Int] = [:]
        for subject in Array(keys.keys) { counts[subject] = keys[subject]?.count() }
        for page in pages.values {
            for (subject, count) in page.keyless { counts[subject, default: 0] += count }
        }
        return counts
    }
}
