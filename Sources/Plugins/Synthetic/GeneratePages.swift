internal import PluginKit

/// The pages of the rows; the cursor of a page is the number of its first row, from 0.
///
///     page    0    1  2 … 1000    1001 … 2000    2001 …
///             └─── lists ──┘└──── lists ──┘└──── lists …
///
/// Every thousandth page lists the next thousand, so a checkpoint never holds more of them.
struct GeneratePages: Sendable {
    /// The number of rows.
    let rows: Int
    /// The number of rows of a page, except the last one.
    let size: Int
    /// The first row of the first page.
    let first: Int

    /// The number of pages that are listed together.
    static let mostListed = 1000

    init(rows: Int, size: Int, from first: Int = 0) {
        self.rows = rows
        self.size = size
        self.first = first
    }

    /// The same rows, from a later one on.
    func starting(at row: Int) -> GeneratePages { GeneratePages(rows: rows, size: size, from: min(row, rows)) }

    /// The rows of the page that begins here; nil if no page begins here.
    func rows(from cursor: Int?) -> Range<Int>? {
        let start = cursor ?? first
        guard first...rows ~= start, (start - first) % size == 0 else { return nil }
        return start..<start + min(size, rows - start)
    }

    /// What follows a page.
    func next(after page: Range<Int>) -> Next<Int> {
        guard page.upperBound < rows, (page.lowerBound - first) % (size * Self.mostListed) == 0 else { return .end }
        let cursors = stride(from: page.upperBound, to: rows, by: size)
        return .pages(Array(cursors.prefix(Self.mostListed)))
    }
}
