internal import PluginKit

/// Sees to it that of several who want the same answer only one fetches it; the others wait for what it brings.
///
/// If it comes back without an answer, because its call failed or was cancelled, the one that has waited longest sets
/// out. One that is cancelled while it waits leaves, and nobody else notices.
final class Flights: Sendable {
    /// What somebody who wants an answer is to do.
    enum Turn: Sendable {
        /// Fetch it, and `land` whatever comes of it.
        case fetch
        /// Take this.
        case take(CacheEntry)
    }

    private typealias Waiter = CheckedContinuation<Turn, any Error>

    private struct State {
        /// Who waits for each answer that is being fetched, the longest first.
        var waiting: [CacheKey: [(number: Int, wakes: Waiter)]] = [:]
        /// Those that were cancelled before they waited.
        var cancelled: Set<Int> = []
        var next = 0
    }

    private let state = Guarded(State())

    /// Says whether to fetch an answer, or waits for whoever does so already.
    ///
    /// - Parameters:
    ///   - key: What the answer is the answer to.
    ///   - onWaiting: Told before it waits.
    /// - Returns: What to do.
    /// - Throws: `CancellationError` if the task is cancelled while it waits.
    func turn(_ key: CacheKey, onWaiting: () -> Void) async throws -> Turn {
        if begin(key) { return .fetch }
        onWaiting()
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        defer { state.withLock { _ = $0.cancelled.remove(number) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wait(number, for: key, $0) }
        } onCancel: {
            cancel(number, for: key)
        }
    }

    /// Says whether nobody fetches the answer; if so, whoever asked does so from now on.
    func begin(_ key: CacheKey) -> Bool {
        state.withLock { state in
            guard state.waiting[key] == nil else { return false }
            state.waiting[key] = []
            return true
        }
    }

    /// Ends a fetch: with an answer, for all who wait; without one, the next of them sets out.
    func land(_ key: CacheKey, _ entry: CacheEntry?) {
        let (woken, turn) = state.withLock { state -> ([Waiter], Turn) in
            guard var waiting = state.waiting[key] else { return ([], .fetch) }
            if let entry {
                state.waiting[key] = nil
                return (waiting.map(\.wakes), .take(entry))
            }
            guard !waiting.isEmpty else {
                state.waiting[key] = nil
                return ([], .fetch)
            }
            let first = waiting.removeFirst()
            state.waiting[key] = waiting
            return ([first.wakes], .fetch)
        }
        for waiter in woken { waiter.resume(returning: turn) }
    }

    private func wait(_ number: Int, for key: CacheKey, _ wakes: Waiter) {
        let turn = state.withLock { state -> Result<Turn, any Error>? in
            if state.cancelled.contains(number) { return .failure(CancellationError()) }
            guard state.waiting[key] != nil else {
                // Whoever fetched has landed in between; what came of it is not known here.
                state.waiting[key] = []
                return .success(.fetch)
            }
            state.waiting[key]?.append((number, wakes))
            return nil
        }
        if let turn { wakes.resume(with: turn) }
    }

    private func cancel(_ number: Int, for key: CacheKey) {
        let waiter = state.withLock { state -> Waiter? in
            guard let place = state.waiting[key]?.firstIndex(where: { $0.number == number }) else {
                state.cancelled.insert(number)
                return nil
            }
            return state.waiting[key]?.remove(at: place).wakes
        }
        waiter?.resume(throwing: CancellationError())
    }
}
