internal import PluginKit

/// What an answer states about the pages that it belongs to.
struct TraktPaging: Sendable, Hashable {
    /// The number of pages; nil if the answer does not state it, and it cannot be computed.
    let pages: Int?
    /// The number of items on all pages; nil if the answer does not state it.
    let items: Int?
    /// The number of items on a page, which may be fewer than were requested; nil if the answer does not state it.
    let limit: Int?

    /// The most pages that are read.
    static let mostPages = 10_000

    /// The paging in the header fields; nil if none of them exists and is readable.
    init?(_ headers: HTTPHeaders) {
        let stated = Self.number(headers["X-Pagination-Page-Count"])
        items = Self.number(headers["X-Pagination-Item-Count"])
        limit = Self.number(headers["X-Pagination-Limit"]).flatMap { $0 > 0 ? $0 : nil }
        if let stated, stated > 0 || items ?? 0 == 0 {
            pages = stated
        } else if let items, let limit {
            // A count that is missing, or 0 although there are items.
            pages = Self.pages(of: items, limit: limit)
        } else {
            pages = nil
        }
        guard pages != nil || items != nil || limit != nil else { return nil }
    }

    /// The number of pages for a number of items; neither can be too large.
    static func pages(of items: Int, limit: Int) -> Int { items / limit + (items % limit > 0 ? 1 : 0) }

    /// A number made of digits only; one that is too large becomes the largest.
    private static func number(_ text: String?) -> Int? {
        guard let text, !text.isEmpty, text.utf8.allSatisfy({ 48...57 ~= $0 }) else { return nil }
        return Int(text) ?? .max
    }
}
