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

    /// Waits until a call is admitted.
    private typealias Waker = Waiter<Int64, any Error>

    private struct State {
        var line: PoolLine
        var adaptive: AdaptiveLimit?
        /// The waiting calls, by number.
        var wakers: [Int: (waker: Waker, key: String?, arrival: Int64)] = [:]
        var next = 0
        var usage = PoolUsage()
        /// Those who wait until all places are free.
        var idlers = Waiters<Void, Never>()
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
        try Task.checkCancellation()
        return Place(entered: try await wait(key: key, since: time.nanoseconds), key: key)
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

    private func wait(key: String?, since arrival: Int64) async throws -> Int64 {
        let waker = Waker()
        let now = time.nanoseconds
        guard let number = try park(waker, key: key, since: arrival, now: now) else { return now }
        return try await waker.value { waker in
            let now = time.nanoseconds
            let others = state.withLock { state -> [Admission]? in
                guard state.wakers.removeValue(forKey: number) != nil else { return nil }
                // It has waited, though in vain.
                state.usage.waited += .nanoseconds(now - arrival)
                state.line.goAway(PoolLine.Waiter(number: number, key: key))
                // It may have kept one with the same key from the line.
                return Self.admit(&state, at: now)
            }
            // Otherwise it has a place already, which it must not lose.
            guard let others else { return }
            waker.resume(throwing: CancellationError())
            for other in others { other.waker.resume(returning: other.moment) }
        }
    }

    /// Puts a caller into the line.
    ///
    /// - Returns: Its number there; nil if it has a place already.
    /// - Throws: `isFull`.
    private func park(_ waker: Waker, key: String?, since arrival: Int64, now: Int64) throws -> Int? {
        try state.withLock { state in
            if state.line.enter(key) {
                state.usage.admit(inUse: state.line.inUse, of: state.line.places, at: now)
                state.adaptive?.begin(now: now)
                return nil
            }
            if state.line.waiting >= queue {
                state.usage.overflows += 1
                if overflow == .fail { throw isFull }
            }
            state.next += 1
            state.wakers[state.next] = (waker, key, arrival)
            state.line.wait(PoolLine.Waiter(number: state.next, key: key))
            state.usage.mostWaiting = max(state.usage.mostWaiting, state.line.waiting)
            return state.next
        }
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
        let (admitted, idlers) = state.withLock { state -> ([Admission], [Waiter<Void, Never>]) in
            state.usage.note(inUse: state.line.inUse, of: state.line.places, until: now)
            state.line.leave(place.key)
            if outcome == .overloaded { state.usage.transientFailures += 1 }
            if state.adaptive != nil {
                state.adaptive?.end(outcome, after: now - place.entered, now: now)
                if let limit = state.adaptive?.limit { state.line.places = limit }
            }
            let admitted = state.line.waiting > 0 ? Self.admit(&state, at: now) : []
            let isIdle = state.line.inUse == 0 && state.line.waiting == 0
            return (admitted, isIdle ? state.idlers.takeAll() : [])
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
        let (left, wakers, idlers) = state.withLock { state -> (Int, [Waker], [Waiter<Void, Never>]) in
            for (number, waiter) in state.wakers {
                state.usage.waited += .nanoseconds(now - waiter.arrival)
                state.line.goAway(PoolLine.Waiter(number: number, key: waiter.key))
            }
            let wakers = state.wakers.sorted { $0.key < $1.key }.map(\.value.waker)
            state.wakers = [:]
            return (state.line.inUse + wakers.count, wakers, state.idlers.takeAll())
        }
        for waker in wakers { waker.resume(throwing: CancellationError()) }
        for idler in idlers { idler.resume() }
        return left
    }

    private func idle() async {
        let idler = state.withLock { state in
            state.line.inUse == 0 && state.line.waiting == 0 ? nil : state.idlers.add()
        }
        await idler?.value()
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
