package import PluginKit

/// A number of places, fixed or adaptive, given to callers in the order in which they ask.
///
/// A caller gives its place back with the outcome of its call. An adaptive pool may have fewer places from then on: no
/// call is interrupted, but the next ones wait longer.
package final class WorkerPool: Sendable {
    /// What happens to a call when the queue is full.
    package enum Overflow: String, Sendable, CaseIterable, OptionValue {
        /// It waits nevertheless, and so do the callers that wait for it.
        case wait
        /// It fails immediately.
        case fail
    }

    /// A place, to be given back.
    package struct Place: Sendable {
        /// When it was taken, in nanoseconds of the clock.
        let entered: Int64
        let key: String?
    }

    private typealias Waker = CheckedContinuation<Int64, any Error>

    private struct State {
        var line: PoolLine
        var adaptive: AdaptiveLimit?
        /// The waiting calls, by number.
        var wakers: [Int: (waker: Waker, key: String?, arrival: Int64)] = [:]
        /// Those that were cancelled before they waited.
        var cancelled: Set<Int> = []
        var next = 0
        var usage = PoolUsage()
        /// Those who wait until nobody has a place.
        var idlers: [UnsafeContinuation<Void, Never>] = []
    }

    /// The maximum number of places.
    package let width: Int
    private let state: Locked<State>
    private let time: any TimeSource
    private let queue: Int
    private let overflow: Overflow

    /// Creates a pool whose places are all free.
    ///
    /// - Parameters:
    ///   - size: The number of places.
    ///   - most: The maximum number of places of an adaptive pool.
    ///   - queue: How many calls may wait before the pool counts as full.
    ///   - overflow: What happens to further calls then.
    ///   - time: The clock.
    package init(_ size: PoolSize, most: Int, queue: Int, overflow: Overflow = .wait, time: any TimeSource) {
        switch size {
        case .fixed(let places):
            width = places
            state = Locked(State(line: PoolLine(places: places)))
        case .adaptive:
            width = most
            state = Locked(State(line: PoolLine(places: 1), adaptive: AdaptiveLimit(most: most)))
        }
        self.time = time
        self.queue = queue
        self.overflow = overflow
    }

    /// The metrics of the pool.
    package var usage: PoolUsage {
        state.withLock { state in
            var usage = state.usage
            usage.places = state.line.places
            usage.inUse = state.line.inUse
            usage.waiting = state.line.waiting
            return usage
        }
    }

    /// Waits for a place.
    ///
    /// - Parameter key: Of the calls with the same key, one at a time has a place; nil for a call without a key.
    /// - Returns: The place.
    /// - Throws: `CancellationError` if the task is cancelled before it gets a place; `StageFailure.blocked`
    ///   (`pool.full`) if the queue is full and `overflow` is `.fail`.
    package func enter(key: String? = nil) async throws -> Place {
        if let place = tryEnter(key: key) { return place }
        let arrival = time.nanoseconds
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        return Place(entered: try await wait(number, key: key, since: arrival), key: key)
    }

    /// A place, if one is free and no call has waited longer for it.
    package func tryEnter(key: String? = nil) -> Place? {
        let now = time.nanoseconds
        let isIn = state.withLock { state in
            guard state.line.enter(key) else { return false }
            state.usage.admit(inUse: state.line.inUse, of: state.line.places, at: now)
            state.adaptive?.begin(now: now)
            return true
        }
        return isIn ? Place(entered: now, key: key) : nil
    }

    private func wait(_ number: Int, key: String?, since arrival: Int64) async throws -> Int64 {
        // A cancellation may come before the wait, and after the place was given.
        defer { state.withLock { _ = $0.cancelled.remove(number) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { park(number, key: key, since: arrival, waker: $0) }
        } onCancel: {
            let now = time.nanoseconds
            let (waker, others) = state.withLock { state -> (Waker?, [Admission]) in
                guard let waiter = state.wakers.removeValue(forKey: number) else {
                    state.cancelled.insert(number)
                    return (nil, [])
                }
                // It has waited, though in vain.
                state.usage.waited += .nanoseconds(now - arrival)
                state.line.goAway(PoolLine.Waiter(number: number, key: key))
                // It may have kept somebody with the same key from the line.
                return (waiter.waker, Self.admit(&state, at: now))
            }
            waker?.resume(throwing: CancellationError())
            for other in others { other.waker.resume(returning: other.moment) }
        }
    }

    private func park(_ number: Int, key: String?, since arrival: Int64, waker: Waker) {
        let now = time.nanoseconds
        let result = state.withLock { state -> Result<Int64, any Error>? in
            if state.cancelled.contains(number) { return .failure(CancellationError()) }
            if state.line.enter(key) {
                state.usage.admit(inUse: state.line.inUse, of: state.line.places, at: now)
                state.adaptive?.begin(now: now)
                return .success(now)
            }
            if state.line.waiting >= queue {
                state.usage.overflows += 1
                if overflow == .fail { return .failure(isFull) }
            }
            state.wakers[number] = (waker, key, arrival)
            state.line.wait(PoolLine.Waiter(number: number, key: key))
            state.usage.mostWaiting = max(state.usage.mostWaiting, state.line.waiting)
            return nil
        }
        if let result { waker.resume(with: result) }
    }

    private var isFull: StageFailure {
        .blocked(
            Diagnostic(
                "pool.full",
                message: "\(queue.counted("call waits", plural: "calls wait")) for a place",
                hint: "with 'full = \"wait\"' any number of calls wait; 'queue' sets when the pool counts as full"
            )
        )
    }

    /// Gives a place back.
    ///
    /// - Parameters:
    ///   - place: What `enter` returned.
    ///   - outcome: The outcome of the call.
    package func leave(_ place: Place, outcome: AdaptiveLimit.Outcome) {
        let now = time.nanoseconds
        let (admitted, idlers) = state.withLock { state -> ([Admission], [UnsafeContinuation<Void, Never>]) in
            state.usage.note(inUse: state.line.inUse, of: state.line.places, until: now)
            state.line.leave(place.key)
            if outcome == .overloaded { state.usage.transientFailures += 1 }
            if state.adaptive != nil {
                state.adaptive?.end(outcome, after: now - place.entered, now: now)
                if let limit = state.adaptive?.limit { state.line.places = limit }
            }
            let admitted = state.line.waiting > 0 ? Self.admit(&state, at: now) : []
            guard state.line.inUse == 0, state.line.waiting == 0, !state.idlers.isEmpty else { return (admitted, []) }
            let idlers = state.idlers
            state.idlers = []
            return (admitted, idlers)
        }
        for one in admitted { one.waker.resume(returning: one.moment) }
        for idler in idlers { idler.resume() }
    }

    /// Waits until all calls have ended, for at most `limit`; calls that still wait for a place then are cancelled.
    ///
    /// - Returns: The number of calls that have not ended.
    package func drain(within limit: Duration) async -> Int {
        if state.withLock({ $0.line.inUse == 0 && $0.line.waiting == 0 }) { return 0 }
        let patience = TimeLimit(limit, time: time)
        // A timeout or a cancellation ends the wait.
        _ = try? await patience.within(waits: false) { await self.idle() }
        patience.finish()
        let now = time.nanoseconds
        let (left, wakers, idlers) = state.withLock { state -> (Int, [Waker], [UnsafeContinuation<Void, Never>]) in
            for (number, waiter) in state.wakers {
                state.usage.waited += .nanoseconds(now - waiter.arrival)
                state.line.goAway(PoolLine.Waiter(number: number, key: waiter.key))
            }
            let (wakers, idlers) = (state.wakers.sorted { $0.key < $1.key }.map(\.value.waker), state.idlers)
            state.wakers = [:]
            state.idlers = []
            return (state.line.inUse + wakers.count, wakers, idlers)
        }
        for waker in wakers { waker.resume(throwing: CancellationError()) }
        for idler in idlers { idler.resume() }
        return left
    }

    private func idle() async {
        await withUnsafeContinuation { idler in
            let isIdle = state.withLock { state in
                if state.line.inUse == 0, state.line.waiting == 0 { return true }
                state.idlers.append(idler)
                return false
            }
            if isIdle { idler.resume() }
        }
    }

    private struct Admission {
        let waker: Waker
        let moment: Int64
    }

    /// Admits waiting calls while places are free.
    private static func admit(_ state: inout State, at now: Int64) -> [Admission] {
        var admitted: [Admission] = []
        while let waiter = state.line.next() {
            guard let (waker, _, arrival) = state.wakers.removeValue(forKey: waiter.number) else { continue }
            state.usage.waited += .nanoseconds(now - arrival)
            state.usage.admit(inUse: state.line.inUse, of: state.line.places, at: now)
            state.adaptive?.begin(now: now)
            admitted.append(Admission(waker: waker, moment: now))
        }
        return admitted
    }
}
