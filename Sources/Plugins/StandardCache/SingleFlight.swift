internal import PluginKit

/// Makes concurrent calls for the same answer fetch it only once; the others wait for the result.
///
/// If the fetch gives no answer that others may use, they stop waiting for each other: all make their own calls. If it
/// was only cancelled, the call that has waited longest fetches for the others. A call that is cancelled while it waits
/// leaves without affecting the others.
final class SingleFlight: Sendable {
    /// What a call has to do.
    enum Turn: Sendable {
        /// Fetch the answer, and call `land` with the result.
        case fetch
        /// Use this entry.
        case take(CacheEntry)
        /// Fetch the answer only for itself. The entry of another call, if there is one, can only be revalidated.
        case fetchAlone(CacheEntry?)
    }

    /// The result of a fetch.
    enum FetchResult: Sendable {
        /// An answer, or a failure, for all waiting calls.
        case brought(CacheEntry)
        /// An answer that only its own call may use; others may revalidate it if it is stored.
        case useless(CacheEntry?)
        /// A failure that is not cached.
        case failed
        /// The call was cancelled.
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

    /// Decides whether to fetch an answer, or waits for a fetch in progress.
    ///
    /// - Parameters:
    ///   - key: The key of the call.
    ///   - onWaiting: Called before it waits.
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

    /// Begins a fetch if none is in progress; returns whether it did.
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

    /// A number that changes when a fetch of this answer has brought something; it may also change otherwise.
    func landings(_ key: CacheKey) -> UInt32 { state.withLock { $0.landings[Self.place(of: key)] } }

    /// Where the landings of a key are counted.
    ///
    /// Other keys may share the counter, which costs a lookup in the store.
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
