/// The keys of the last records of a page: a play that moved to the next page, because another was logged during the
/// export, is on both.
struct PageSeam: Sendable {
    /// The most records of a page that are compared with the next; Trakt's pages have 250.
    static let length = 1000

    /// The page, by its place in the order of pages.
    let page: Int
    private let keys: [UInt64]

    /// - Parameters:
    ///   - keys: The keys of the page's records, at least of the last `length`, in their order.
    ///   - page: The page.
    init(_ keys: [UInt64], of page: Int) {
        self.page = page
        self.keys = keys.suffix(Self.length).sorted()
    }

    /// Whether a record with this key is among them.
    func contains(_ key: UInt64) -> Bool {
        guard let first = keys.first, let last = keys.last, first <= key, key <= last else { return false }
        var (low, high) = (0, keys.count - 1)
        while low <= high {
            let middle = (low + high) / 2
            if keys[middle] == key { return true }
            if keys[middle] < key { low = middle + 1 } else { high = middle - 1 }
        }
        return false
    }
}
