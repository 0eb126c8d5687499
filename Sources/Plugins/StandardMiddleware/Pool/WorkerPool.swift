package import PluginKit

/// So many places, given out in the order in which they are asked for.
///
/// Whoever gets a place gives it back, with what became of the call. A pool that adapts may have fewer places from then
/// on; nobody is thrown out, the next ones wait longer.
package final class WorkerPool: Sendable {
    private typealias Waiter = CheckedContinuation<Void, any Error>

    private struct State {
        var places: Int
        var adaptive: AdaptiveLimit?
        var inUse = 0
        /// The numbers of those who wait, first come first; of one that was cancelled, only the number is left.
        var queue: ArraySlice<Int> = []
        var waiting: [Int: Waiter] = [:]
        /// Those that were cancelled before they waited.
        var cancelled: Set<Int> = []
        var next = 0
        var usage = PoolUsage()
    }

    /// How many places there are at most.
    package let width: Int
    private let state: Guarded<State>
    private let time: any TimeSource
    private let queue: Int

    /// A pool in which every place is free.
    ///
    /// - Parameters:
    ///   - size: How many places it has.
    ///   - most: How many one that adapts may have.
    ///   - queue: With how many who wait it counts as full.
    ///   - time: The clock.
    package init(_ size: PoolSize, most: Int, queue: Int, time: any TimeSource) {
        switch size {
        case .fixed(let places):
            width = places
            state = Guarded(State(places: places))
        case .adaptive:
            width = most
            state = Guarded(State(places: 1, adaptive: AdaptiveLimit(most: most)))
        }
        self.time = time
        self.queue = queue
    }

    /// What there is to tell of it.
    package var usage: PoolUsage {
        state.withLock { state in
            var usage = state.usage
            usage.places = state.places
            return usage
        }
    }

    /// Waits for a place.
    ///
    /// - Returns: When it was given; to be handed back with it.
    /// - Throws: `CancellationError` if the task is cancelled before there is a place.
    package func enter() async throws -> Duration {
        let arrival = time.now
        let queued = state.withLock { state -> Int? in
            guard state.waiting.isEmpty, state.inUse < state.places else {
                state.next += 1
                return state.next
            }
            Self.admit(&state, now: arrival)
            return nil
        }
        guard let number = queued else { return arrival }
        try await wait(number)
        let now = time.now
        state.withLock { $0.usage.waited += now - arrival }
        return now
    }

    private func wait(_ number: Int) async throws {
        // A cancellation may come before the wait, and after the place was given.
        defer { state.withLock { _ = $0.cancelled.remove(number) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { stand(number, $0) }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                if let waiter = state.waiting.removeValue(forKey: number) { return waiter }
                state.cancelled.insert(number)
                return nil
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func stand(_ number: Int, _ waiter: Waiter) {
        let now = time.now
        let result = state.withLock { state -> Result<Void, any Error>? in
            if state.cancelled.contains(number) { return .failure(CancellationError()) }
            if state.waiting.isEmpty, state.inUse < state.places {
                Self.admit(&state, now: now)
                return .success(())
            }
            if state.waiting.count >= queue { state.usage.overflows += 1 }
            state.waiting[number] = waiter
            state.queue.append(number)
            state.usage.mostWaiting = max(state.usage.mostWaiting, state.waiting.count)
            return nil
        }
        if let result { waiter.resume(with: result) }
    }

    /// Gives a place back.
    ///
    /// - Parameters:
    ///   - entered: What `enter` returned.
    ///   - outcome: What became of the call.
    package func leave(_ entered: Duration, _ outcome: AdaptiveLimit.Outcome) {
        let now = time.now
        let admitted = state.withLock { state -> [Waiter] in
            state.usage.note(state.inUse, until: now)
            state.inUse -= 1
            if outcome == .turnedAway { state.usage.turnedAway += 1 }
            state.adaptive?.end(outcome, after: now - entered, now: now)
            if let limit = state.adaptive?.limit { state.places = limit }
            var admitted: [Waiter] = []
            while state.inUse < state.places, let number = state.queue.popFirst() {
                guard let waiter = state.waiting.removeValue(forKey: number) else { continue }
                Self.admit(&state, now: now)
                admitted.append(waiter)
            }
            return admitted
        }
        for waiter in admitted { waiter.resume() }
    }

    private static func admit(_ state: inout State, now: Duration) {
        state.usage.note(state.inUse, until: now)
        state.inUse += 1
        state.usage.calls += 1
        state.usage.mostInUse = max(state.usage.mostInUse, state.inUse)
        state.adaptive?.begin()
    }
}
