internal import PluginKit

/// How rows lie in pages; the cursor of a page is the number of its first row, from 0.
///
///     page    0    1  2 … 1000    1001 … 2000    2001 …
///             └─── lists ──┘└──── lists ──┘└──── lists …
///
/// Every thousandth page lists the next thousand, so that a checkpoint need not hold more of them.
struct GeneratePages: Sendable {
    /// How many rows there are.
    let rows: Int
    /// How many rows a page has, the last one excepted.
    let size: Int
    /// The first row of the first page.
    let first: Int

    /// So many pages are listed at a time.
    static let mostListed = 1000

    init(rows: Int, size: Int, from first: Int = 0) {
        self.rows = rows
        self.size = size
        self.first = first
    }

    /// The same rows from a later one on.
    func starting(at row: Int) -> GeneratePages { GeneratePages(rows: rows, size: size, from: min(row, rows)) }

    /// The rows of the page that begins here; nil if no page could.
    func rows(from cursor: Int?) -> Range<Int>? {
        let start = cursor ?? first
        guard first...rows ~= start, (start - first) % size == 0 else { return nil }
        return start..<start + min(size, rows - start)
    }

    /// What comes after a page.
    func next(after page: Range<Int>) -> Next<Int> {
        guard page.upperBound < rows, (page.lowerBound - first) % (size * Self.mostListed) == 0 else { return .end }
        let cursors = stride(from: page.upperBound, to: rows, by: size)
        return .pages(Array(cursors.prefix(Self.mostListed)))
    }
}
