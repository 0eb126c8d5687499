internal import PluginKit

/// Makes concurrent calls for the same answer fetch it only once; the others wait for the result.
///
/// If the fetch gives no answer that the waiting calls may use, each of them fetches for itself. If the fetch was only
/// cancelled, the call that has waited longest fetches for the others. A call that is cancelled while it waits leaves
/// without affecting the others.
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

    private struct State {
        /// Who waits for each answer that is being fetched, the longest first.
        var waiting: [CacheKey: Waiters<Turn, any Error>] = [:]
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
        guard let waiter = waiter(key) else { return .fetch }
        return try await waiter.value { waiter in
            // Otherwise it has its turn already, which it must not lose: others may wait for it.
            guard state.withLock({ $0.waiting[key]?.remove(waiter) == true }) else { return }
            waiter.resume(throwing: CancellationError())
        }
    }

    /// Begins a fetch if none is in progress; returns whether it did.
    func begin(_ key: CacheKey) -> Bool {
        state.withLock { state in
            guard state.waiting[key] == nil else { return false }
            state.waiting[key] = Waiters()
            return true
        }
    }

    /// A wait for what is being fetched; nil if the caller is to fetch it.
    private func waiter(_ key: CacheKey) -> Waiter<Turn, any Error>? {
        state.withLock { state in
            // A fetch that ended in between leaves no entry, and its result is not known here.
            guard state.waiting[key] != nil else {
                state.waiting[key] = Waiters()
                return nil
            }
            return state.waiting[key]?.add()
        }
    }

    /// Ends a fetch, and resumes the calls that wait for it.
    func land(_ key: CacheKey, landing: FetchResult) {
        let woken = state.withLock { state -> [(waiter: Waiter<Turn, any Error>, turn: Turn)] in
            guard var waiting = state.waiting.removeValue(forKey: key) else { return [] }
            switch landing {
            case .brought(let entry):
                state.landings[Self.place(of: key)] &+= 1
                return waiting.takeAll().map { ($0, .take(entry)) }
            case .useless(let entry):
                if entry != nil { state.landings[Self.place(of: key)] &+= 1 }
                return waiting.takeAll().map { ($0, .fetchAlone(entry)) }
            case .failed:
                // One of them fetches for those who come from now on.
                if !waiting.isEmpty { state.waiting[key] = Waiters() }
                return waiting.takeAll().enumerated().map { ($1, $0 == 0 ? .fetch : .fetchAlone(nil)) }
            case .cancelled:
                guard let first = waiting.takeFirst() else { return [] }
                state.waiting[key] = waiting
                return [(first, .fetch)]
            }
        }
        for (waiter, turn) in woken { waiter.resume(returning: turn) }
    }

    /// A number that changes when a fetch of this answer has brought something; it may also change otherwise.
    func landings(_ key: CacheKey) -> UInt32 { state.withLock { $0.landings[Self.place(of: key)] } }

    /// Where the landings of a key are counted.
    ///
    /// Other keys may share the counter, which costs a lookup in the store.
    private static func place(of key: CacheKey) -> Int { Int(truncatingIfNeeded: key.low) & (places - 1) }

    private static let places = 1024
}
