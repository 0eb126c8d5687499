/// How many of the last records were rejected, page by page.
struct RejectWindow: Sendable {
    /// The size of the window in records; pages are not divided.
    let size: Int
    private(set) var pages: [(read: Int, rejected: Int)] = []
    private var read = 0
    /// How many of them were rejected.
    private(set) var rejected = 0

    init(size: Int) { self.size = size }

    /// Adds a page, and removes those that have left the window.
    mutating func add(read: Int, rejected: Int) {
        pages.append((read, rejected))
        self.read += read
        self.rejected += rejected
        while let first = pages.first, self.read - first.read >= size {
            self.read -= first.read
            self.rejected -= first.rejected
            pages.removeFirst()
        }
    }
}
