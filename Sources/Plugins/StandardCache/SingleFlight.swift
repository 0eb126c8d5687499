internal import PluginKit

/// Sees to it that of several who want the same answer only one fetches it; the others wait for what it brings.
///
/// If it comes back without an answer that others may have, they do not wait for each other any longer: all make their own
/// calls. If it was only cancelled, the one that has waited longest sets out for the others. One that is cancelled while it
/// waits leaves, and nobody else notices.
final class SingleFlight: Sendable {
    /// What somebody who wants an answer is to do.
    enum Turn: Sendable {
        /// Fetch it, and `land` whatever comes of it.
        case fetch
        /// Take this.
        case take(CacheEntry)
        /// Fetch it for itself alone. What another one has brought is only good for asking whether it still holds, if
        /// there is anything.
        case fetchAlone(CacheEntry?)
    }

    /// What came of a fetch.
    enum FetchResult: Sendable {
        /// An answer, or a failure, for all who wait.
        case brought(CacheEntry)
        /// An answer that only its caller may have; others may ask about it, if it is kept.
        case useless(CacheEntry?)
        /// A failure that is not remembered.
        case failed
        /// Nothing: its caller did not want to wait any longer.
        case cancelled
    }

    private typealias Waiter = CheckedContinuation<Turn, any Error>

    private struct State {
        /// Who waits for each answer that is being fetched, the longest first.
        var waiting: [CacheKey: [(number: Int, wakes: Waiter)]] = [:]
        /// Those that were cancelled before they waited.
        var cancelled: Set<Int> = []
        var next = 0
        var landings = [UInt32](repeating: 0, count: SingleFlight.places)
    }

    private let state = Locked(State())

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
            try await withCheckedThrowingContinuation { wait(number, for: key, wakes: $0) }
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

    /// Ends a fetch, and tells who waits.
    func land(_ key: CacheKey, landing: FetchResult) {
        let woken = state.withLock { state -> [(wakes: Waiter, turn: Turn)] in
            guard let waiting = state.waiting[key] else { return [] }
            switch landing {
            case .brought(let entry):
                state.landings[Self.place(of: key)] &+= 1
                state.waiting[key] = nil
                return waiting.map { ($0.wakes, .take(entry)) }
            case .useless(let entry):
                if entry != nil { state.landings[Self.place(of: key)] &+= 1 }
                state.waiting[key] = nil
                return waiting.map { ($0.wakes, .fetchAlone(entry)) }
            case .failed:
                // One of them fetches for those who come from now on.
                state.waiting[key] = waiting.isEmpty ? nil : []
                return waiting.enumerated().map { ($1.wakes, $0 == 0 ? .fetch : .fetchAlone(nil)) }
            case .cancelled:
                state.waiting[key] = waiting.isEmpty ? nil : Array(waiting.dropFirst())
                return waiting.prefix(1).map { ($0.wakes, .fetch) }
            }
        }
        for waiter in woken { waiter.wakes.resume(returning: waiter.turn) }
    }

    /// A number that is another one when a fetch of this answer has brought something; it may be without that.
    func landings(_ key: CacheKey) -> UInt32 { state.withLock { $0.landings[Self.place(of: key)] } }

    /// Where landings of a key are counted.
    ///
    /// Those of others may be counted there, too, which costs a look into the store.
    private static func place(of key: CacheKey) -> Int { Int(truncatingIfNeeded: key.low) & (places - 1) }

    private static let places = 1024

    private func wait(_ number: Int, for key: CacheKey, wakes: Waiter) {
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
