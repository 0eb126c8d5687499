/// How many different records the pages of an export have.
struct ExportCensus: Sendable {
    /// What there is on a page.
    struct Page: Sendable, Hashable {
        /// How many records.
        var records = 0
        /// Of those, how many have no key, by what they are about: each counts as one of its own.
        var keyless: [ExportPage.Subject?: Int] = [:]
        /// A number that identifies which records they are, whatever their order.
        var digest: UInt64 = 0
    }

    private(set) var pages: [Int: Page] = [:]
    private var keys: [ExportPage.Subject?: DistinctKeys] = [:]

    /// Adds the keys of records, of which some may be known.
    mutating func add(_ more: [UInt64], about subject: ExportPage.Subject?) {
        if !more.isEmpty { keys[subject, default: DistinctKeys()].add(more) }
    }

    /// Notes a page all of whose keys were added.
    mutating func note(_ page: Page, at index: Int) { pages[index] = page }

    /// How many different records there are, by what they are about.
    mutating func counts() -> [ExportPage.Subject?: Int] {
        var counts: [ExportPage.Subject?: Int] = [:]
        for subject in Array(keys.keys) { counts[subject] = keys[subject]?.count() }
        for page in pages.values {
            for (subject, count) in page.keyless { counts[subject, default: 0] += count }
        }
        return counts
    }
}
