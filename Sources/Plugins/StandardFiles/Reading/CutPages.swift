internal import Diagnostics
internal import PluginKit

/// The pages of files, cut ahead of their decoding: cutting is sequential and fast, decoding is neither.
///
///     read of the page before a list ─→ cuts the pages of the list
///     reads of the list, several at the same time ─→ each decodes one; the last one cuts the next list
///
/// A page that is not there, because its read is repeated or the run was resumed, is cut again from where it begins.
final class CutPages<Cutter: PageCutter>: Sendable {
    typealias Page = CutPage<Cutter.Content>

    private struct State {
        /// The pages that have been cut and not been read, the oldest first.
        var pages: [Page] = []
        /// The cutter of the last page, and where it continues.
        var cutter: (position: FileCursor, cutter: Cutter)?
    }

    private let listLength: Int
    private let begin: @Sendable (FileCursor) async throws -> Cutter
    private let state = Locked(State())

    /// The pages of some files.
    ///
    /// - Parameters:
    ///   - listLength: How many pages are cut ahead.
    ///   - begin: Creates a cutter that begins at a place.
    init(listLength: Int = 8, begin: @escaping @Sendable (FileCursor) async throws -> Cutter) {
        self.listLength = listLength
        self.begin = begin
    }

    /// The page at a cursor, and which pages follow it.
    ///
    /// - Parameter cursor: Where it begins; nil for the first.
    /// - Returns: The page, nil if nothing is left there; and the cursors of the next list if the page leads on.
    /// - Throws: What cutting throws.
    func page(at cursor: FileCursor?) async throws -> (page: Page?, next: Next<FileCursor>) {
        let start = cursor ?? FileCursor(file: 0, leads: true)
        guard let page = try await take(start.leading(false)) else { return (nil, .end) }
        guard start.leads else { return (page, .end) }
        return (page, .pages(try await list(from: page.end)))
    }

    private func take(_ place: FileCursor) async throws -> Page? {
        let known = state.withLock { state -> Page? in
            state.pages.firstIndex { $0.start == place }.map { state.pages.remove(at: $0) }
        }
        if let known { return known }
        return try await cut(at: place)
    }

    /// Cuts the pages after a place.
    ///
    /// Where the files cannot be read any further, the list has a page that reports why.
    private func list(from place: FileCursor) async throws -> [FileCursor] {
        var cursors: [FileCursor] = []
        var place = place
        while cursors.count < listLength {
            do {
                guard let page = try await cut(at: place) else { break }
                cursors.append(page.start)
                place = page.end
                state.withLock { state in
                    state.pages.append(page)
                    // Pages of other partitions are never read.
                    if state.pages.count > 3 * listLength { state.pages.removeFirst() }
                }
            } catch  where ReadingFailure.isPermanent(error) {
                cursors.append(place)
                break
            }
        }
        if let last = cursors.popLast() { cursors.append(last.leading(true)) }
        return cursors
    }

    private func cut(at place: FileCursor) async throws -> Page? {
        let known = state.withLock { state -> Cutter? in
            guard let known = state.cutter, known.position == place else { return nil }
            state.cutter = nil
            return known.cutter
        }
        let cutter: Cutter = if let known { known } else { try await begin(place) }
        guard let page = try await cutter.next() else { return nil }
        state.withLock { $0.cutter = (page.end, cutter) }
        return page
    }
}

/// Failures of reading.
enum ReadingFailure {
    /// Whether reading again would fail again: then the records before the failure are read first.
    static func isPermanent(_ error: any Error) -> Bool {
        let problems = (error as? DiagnosticList)?.all ?? [error as? Diagnostic].compactMap { $0 }
        return !problems.isEmpty && problems.allSatisfy { $0.category != .transient }
    }
}
