internal import PluginKit

/// What an answer states about the pages that it is one of.
struct TraktPaging: Sendable, Hashable {
    /// How many pages there are; nil if the answer does not say, and does not let one reckon it.
    let pages: Int?
    /// How many items there are on all pages; nil if the answer does not say.
    let items: Int?
    /// How many items a page has, which may be fewer than were asked for; nil if the answer does not say.
    let limit: Int?

    /// The most pages that are read.
    static let mostPages = 10_000

    /// What the header fields state; nil if none of them is there and readable.
    init?(_ headers: HTTPHeaders) {
        let told = Self.number(headers["X-Pagination-Page-Count"])
        items = Self.number(headers["X-Pagination-Item-Count"])
        limit = Self.number(headers["X-Pagination-Limit"]).flatMap { $0 > 0 ? $0 : nil }
        if let told, told > 0 || items ?? 0 == 0 {
            pages = told
        } else if let items, let limit {
            // A count that is missing, or none although there are items.
            pages = Self.pages(of: items, limit: limit)
        } else {
            pages = nil
        }
        guard pages != nil || items != nil || limit != nil else { return nil }
    }

    /// How many pages that many items need; no number of either is too large.
    static func pages(of items: Int, limit: Int) -> Int { items / limit + (items % limit > 0 ? 1 : 0) }

    /// A number of digits alone; one that is larger than any number here is the largest.
    private static func number(_ text: String?) -> Int? {
        guard let text, !text.isEmpty, text.utf8.allSatisfy({ 48...57 ~= $0 }) else { return nil }
        return Int(text) ?? .max
    }
}
