internal import PluginKit

/// What an answer says of the pages that it is one of.
struct TraktPaging: Sendable, Hashable {
    /// How many pages there are.
    let pages: Int
    /// How many items there are on all pages; nil if the answer does not say.
    let items: Int?
    /// How many items a page has, which may be fewer than were asked for; nil if the answer does not say.
    let limit: Int?

    /// What the header fields say; nil if they do not say, and do not let one reckon, how many pages there are.
    init?(_ headers: HTTPHeaders) {
        let told = Self.number(headers["X-Pagination-Page-Count"])
        items = Self.number(headers["X-Pagination-Item-Count"])
        limit = Self.number(headers["X-Pagination-Limit"]).flatMap { $0 > 0 ? $0 : nil }
        if let told, told > 0 || items ?? 0 == 0 {
            pages = told
        } else if let items, let limit {
            // A count that is missing, or none although there are items.
            pages = Self.pages(of: items, in: limit)
        } else {
            return nil
        }
    }

    /// How many pages so many items need; whatever numbers a server tells, nothing overflows.
    static func pages(of items: Int, in limit: Int) -> Int {
        let (full, rest) = items.quotientAndRemainder(dividingBy: limit)
        return rest == 0 ? full : full + 1
    }

    private static func number(_ text: String?) -> Int? {
        guard let text, let number = Int(text), number >= 0 else { return nil }
        return number
    }
}
