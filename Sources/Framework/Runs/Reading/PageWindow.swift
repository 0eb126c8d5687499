internal import PluginKit
internal import Records

/// The pages of a source that are in flight: at most `width`, passed on in order.
///
/// One task begins pages, several deliver them, one takes them.
final class PageWindow: Sendable {
    /// A page that was begun.
    struct Start: Sendable {
        let cursor: String?
        /// The pages to come when it was begun, this one first; nil for a page that is read again out of order.
        let order: PageOrder?
    }

    /// A page that was read, or the error.
    struct Arrival: Sendable {
        let number: Int
        let result: Result<PageWork, any Error>
    }

    /// The maximum number of pages in flight.
    let width: Int
    private let isOrdered: Bool
    private let time: any TimeSource
    private let state = Locked(State())

    private struct State {
        /// Pages that were begun and are not released, the oldest first.
        var begun: [(number: Int, start: Start, slot: WorkSlot)] = []
        var nextToBegin = 0
        var nextToTake = 0
        /// Pages that were begun and are not delivered.
        var awaited: Set<Int> = []
        /// Whether a page could not be read.
        var hasFailed = false
        var delivered: [Int: Result<PageWork, any Error>] = [:]
        /// Pages to be read again that are not begun.
        var replays: [String?] = []
        /// The pages to come after those that were begun.
        var rest = PageOrder()
        var isFinished = false
        /// Whether the pages in flight are abandoned.
        var isStopped = false
        /// Whether no further page will be taken.
        var isClosed = false
        var beginner: CheckedContinuation<Void, Never>?
        var taker: CheckedContinuation<Void, Never>?

        func slot(of number: Int) -> WorkSlot? { begun.first { $0.number == number }?.slot }
    }

    /// A window for up to `width` pages.
    init(width: Int, isOrdered: Bool, time: any TimeSource) {
        self.width = width
        self.isOrdered = isOrdered
        self.time = time
    }

    /// The pages that were begun and are not released, the oldest first.
    var slots: [(number: Int, slot: WorkSlot)] { state.withLock { $0.begun.map { ($0.number, $0.slot) } } }

    /// Where it is noted what happens to a page; nil if it is not in flight.
    func slot(of number: Int) -> WorkSlot? { state.withLock { $0.slot(of: number) } }

    /// How many pages were begun and are not released.
    var inFlight: Int { state.withLock { $0.begun.count } }

    /// Begins a page, as soon as there is room.
    ///
    /// - Returns: The page's number; nil if it will not be taken.
    func begin(_ start: Start) async -> Int? {
        while true {
            let (number, mustWait) = state.withLock { state -> (Int?, Bool) in
                if state.isClosed { return (nil, false) }
                guard state.begun.count < width else { return (nil, true) }
                state.begun.append((state.nextToBegin, start, WorkSlot(.reading, time: time)))
                state.awaited.insert(state.nextToBegin)
                state.nextToBegin += 1
                return (state.nextToBegin - 1, false)
            }
            guard mustWait else { return number }
            await withCheckedContinuation { continuation in
                let isLate = state.withLock { state in
                    if state.isClosed || state.begun.count < width { return true }
                    state.beginner = continuation
                    return false
                }
                if isLate { continuation.resume() }
            }
        }
    }

    /// Waits until every page that was begun has been read.
    ///
    /// - Returns: False if one could not be read, or no further page will be taken.
    func allAreRead() async -> Bool {
        while true {
            let (answer, mustWait) = state.withLock { state -> (Bool, Bool) in
                if state.isClosed || state.hasFailed { return (false, false) }
                return (true, !state.awaited.isEmpty)
            }
            guard mustWait else { return answer }
            await withCheckedContinuation { continuation in
                let isLate = state.withLock { state in
                    if state.isClosed || state.hasFailed || state.awaited.isEmpty { return true }
                    state.beginner = continuation
                    return false
                }
                if isLate { continuation.resume() }
            }
        }
    }

    /// Delivers a page that was begun.
    func deliver(_ number: Int, result: Result<PageWork, any Error>) {
        let bytes = (try? result.get())?.bytesInMemory ?? 0
        let (taker, beginner) = state.withLock { state in
            state.slot(of: number)?.enter(.waiting, bytes: bytes)
            state.delivered[number] = result
            state.awaited.remove(number)
            if case .failure = result { state.hasFailed = true }
            return (state.taker.take(), state.beginner.take())
        }
        taker?.resume()
        beginner?.resume()
    }

    /// Notes the pages to come after those begun so far.
    func note(rest: PageOrder, replays: [String?] = []) {
        state.withLock { state in
            state.rest = rest
            state.replays = replays
        }
    }

    /// Ends the window: no further pages will be begun.
    func finish() { end { $0.isFinished = true } }

    /// Abandons the pages in flight: there is no next page.
    func stop() { end { $0.isStopped = true } }

    private func end(_ change: (inout sending State) -> Void) {
        let taker = state.withLock { state in
            change(&state)
            return state.taker.take()
        }
        taker?.resume()
    }

    /// The next page, as soon as it is delivered; nil when there are no more.
    func next() async -> Arrival? {
        while true {
            let (arrival, mustWait) = state.withLock { state -> (Arrival?, Bool) in
                if state.isStopped { return (nil, false) }
                let number = isOrdered ? state.nextToTake : state.delivered.keys.min()
                if let number, let result = state.delivered.removeValue(forKey: number) {
                    state.nextToTake += 1
                    state.slot(of: number)?.enter(.passing)
                    return (Arrival(number: number, result: result), false)
                }
                return (nil, !(state.isFinished && state.begun.isEmpty))
            }
            guard mustWait else { return arrival }
            await withCheckedContinuation { continuation in
                let isLate = state.withLock { state in
                    let isThere = isOrdered ? state.delivered[state.nextToTake] != nil : !state.delivered.isEmpty
                    if isThere || state.isStopped || (state.isFinished && state.begun.isEmpty) { return true }
                    state.taker = continuation
                    return false
                }
                if isLate { continuation.resume() }
            }
        }
    }

    /// Releases a page that has passed, so that there is room for another.
    func release(_ number: Int) {
        let beginner = state.withLock { state in
            state.begun.removeAll { $0.number == number }
            return state.beginner.take()
        }
        beginner?.resume()
    }

    /// Closes the window: no further page will be taken.
    func close() {
        let beginner = state.withLock { state in
            state.isClosed = true
            return state.beginner.take()
        }
        beginner?.resume()
    }

    /// Where the source continues if all pages that are not released are abandoned.
    func position(read: Int) -> SourcePosition {
        state.withLock { state in
            let begun = state.begun.map(\.start)
            if isOrdered, let order = begun.first?.order { return SourcePosition(order: order, read: read) }
            // No page was begun after the last one, and those before it are read again separately. After its release,
            // what follows it is known, and the others must not lead there a second time.
            if state.begun.last?.number == state.nextToBegin - 1, let order = begun.last?.order {
                return SourcePosition(replays: begun.dropLast().map(\.cursor), order: order, read: read)
            }
            return SourcePosition(replays: begun.map(\.cursor) + state.replays, order: state.rest, read: read)
        }
    }
}
