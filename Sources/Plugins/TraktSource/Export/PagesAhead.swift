internal import Diagnostics
internal import Dispatch
internal import Formats
internal import PluginKit

/// Opens the next pages of an export on other threads, while those before them are decoded.
///
/// Opening a page unpacks its beginning, which is all of it unless it is large; that takes three times as long as
/// everything else, so two threads do it. It is only an optimisation: a page that is not ready is opened when it
/// is needed, and so is one that cannot be opened, which then reports why.
///
///     pages   taken │ next one wanted │ ready, ready, being opened, ready, being opened │ not begun
final class PagesAhead: Sendable {
    private let files: ExportFiles
    private let pages: [ExportPage]
    private let rows: JSONRows
    private let queue = DispatchQueue(label: "sprocket.trakt-export.pages", attributes: .concurrent)
    private let state = Locked(State())

    private struct State {
        var ready: [Int: Handover] = [:]
        /// The pages that are being opened.
        var opening: Set<Int> = []
        /// The next page to open.
        var next = 0
        /// How many bytes the ready pages hold.
        var bytes = 0
        /// How many threads open pages.
        var threads = 0
        /// The page that a reader waits for, and what wakes it when the page is ready, or cannot be.
        var wanted: (index: Int, semaphore: DispatchSemaphore)?
    }

    /// A page on its way from the thread that has opened it to the one that reads it.
    private struct Handover: @unchecked Sendable {
        // Sendable: the thread that has opened the page does not use it again once it is among the ready ones.
        let reader: ExportPageReader
    }

    private static let mostThreads = 2
    /// The most pages that are ready or being opened.
    private static let mostPages = 16
    /// The most bytes that they hold.
    private static let mostBytes = 1 << 20

    init(_ pages: [ExportPage], of files: ExportFiles, rows: JSONRows) {
        self.pages = pages
        self.files = files
        self.rows = rows
    }

    /// The reader of a page from its beginning, if it is ready or being opened; the pages after it are opened next.
    func take(_ index: Int) -> ExportPageReader? {
        let waiting: DispatchSemaphore? = state.withLock { state in
            guard state.opening.contains(index) else { return nil }
            let semaphore = DispatchSemaphore(value: 0)
            state.wanted = (index, semaphore)
            return semaphore
        }
        waiting?.wait()
        let (found, starting) = state.withLock { state -> (Handover?, Int) in
            let found = state.ready.removeValue(forKey: index)
            if let found {
                state.bytes -= found.reader.windowSize
            } else {
                // Reading begins here, or begins again: what is ready is of another place.
                state.ready = [:]
                state.opening = []
                state.bytes = 0
                state.next = index + 1
            }
            guard state.next < pages.count, state.ready.count <= Self.mostPages / 2 else { return (found, 0) }
            let starting = Self.mostThreads - state.threads
            state.threads += starting
            return (found, starting)
        }
        for _ in 0..<starting { queue.async { [self] in run() } }
        return found?.reader
    }

    /// Opens pages until enough are ready.
    private func run() {
        while let index = claim() {
            var reader = try? ExportPageReader(pages[index], of: files, rows: rows)
            do {
                try reader?.prepare()
            } catch {
                // The reader of the page will meet the same error.
                reader = nil
            }
            finish(index, with: reader.map(Handover.init))
        }
    }

    private func claim() -> Int? {
        state.withLock { state in
            let count = state.ready.count + state.opening.count
            guard state.next < pages.count, count < Self.mostPages, state.bytes < Self.mostBytes else {
                state.threads -= 1
                return nil
            }
            defer { state.next += 1 }
            state.opening.insert(state.next)
            return state.next
        }
    }

    private func finish(_ index: Int, with page: Handover?) {
        state.withLock { state in
            // Reading may have begun elsewhere meanwhile.
            if state.opening.remove(index) != nil, let page {
                state.ready[index] = page
                state.bytes += page.reader.windowSize
            }
            guard let wanted = state.wanted, wanted.index == index else { return }
            state.wanted = nil
            wanted.semaphore.signal()
        }
    }
}
