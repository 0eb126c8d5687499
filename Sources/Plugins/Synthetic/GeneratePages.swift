internal import PluginKit

/// How so many rows lie in pages; the cursor of a page is the number of its first row, from 0.
struct GeneratePages: Sendable {
    /// How many rows there are.
    let rows: Int
    /// How many rows a page has, the last one excepted.
    let size: Int

    /// Past so many pages, each names only the next one.
    static let mostListed = 100_000

    private var count: Int { rows / size + (rows % size == 0 ? 0 : 1) }

    /// The rows of the page that begins here; nil if no page could.
    func rows(from cursor: Int?) -> Range<Int>? {
        let first = cursor ?? 0
        guard 0...rows ~= first else { return nil }
        return first..<first + min(size, rows - first)
    }

    /// What comes after a page: the first one lists all others, where they can be listed.
    func next(after page: Range<Int>, at cursor: Int?) -> Next<Int> {
        guard page.upperBound < rows else { return .end }
        guard count <= Self.mostListed else { return .at(page.upperBound) }
        return cursor == nil ? .pages(Array(stride(from: page.upperBound, to: rows, by: size))) : .end
    }
}
