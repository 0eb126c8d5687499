internal import Formats

/// Items in the order in which a route shows them, made into JSON only where a page needs them.
struct Listing: Sendable {
    /// How a route pages.
    enum Paging: Sendable {
        /// Ten plays or comments, before and after.
        case always(today: Int, old: Int)
        /// Everything, before, unless `page` or `limit` was sent.
        case optional
        /// Everything, before, whatever was sent.
        case lately(largest: Int)
    }

    /// How many there are.
    let count: Int
    /// What tells an item from others: its number, or that of its title.
    let key: @Sendable (Int) -> Int
    /// An item.
    let json: @Sendable (Int) -> JSONValue
    let paging: Paging
    /// Headers of this route.
    var headers: [(String, String)] = []

    init<Items: RandomAccessCollection & Sendable>(
        _ items: Items,
        _ paging: Paging,
        key: @escaping @Sendable (Items.Element) -> Int,
        json: @escaping @Sendable (Items.Element) -> JSONValue
    ) where Items.Index == Int {
        count = items.count
        self.paging = paging
        let first = items.startIndex
        self.key = { key(items[first + $0]) }
        self.json = { json(items[first + $0]) }
    }
}
