/// Gives up calls that take too long: one limit, and one sleeper for all calls.
///
/// A call runs in a task of its own, so that it alone can be cancelled. The task begins on the caller's thread: a call that
/// does not wait for anything has ended before there is anything to watch.
///
///     begin ─ the call ends before it waits ──────────────────────────→ answer, if in time
///       └──── it waits for something ──→ underway ── it ends ─────────→ answer
///                                            └────── its time is over → cancelled
package final class TimeLimit: Sendable {
    /// A call has taken too long.
    package struct Exceeded: Error {}

    /// Says whether a call was given up.
    private typealias Waiter = CheckedContinuation<Bool, Never>

    /// A call that has not ended.
    private struct Call {
        /// Nanoseconds of the clock.
        let deadline: Int64
        /// Whether its caller waits for its end even if it is given up.
        let waits: Bool
        /// Nil until it waits for something.
        var cancel: (@Sendable () -> Void)?
        var waiter: Waiter?
        var isOverdue = false
    }

    private struct State {
        var underway: [Int: Call] = [:]
        var next = 0
        /// When the sleeper wakes, in nanoseconds of the clock; nil if there is none.
        var wakes: Int64?
        var sleeper: Task<Void, Never>?
    }

    /// How long a call may take.
    package let limit: Duration
    private let nanoseconds: Int64
    private let time: any TimeSource
    private let state = Guarded(State())

    /// A limit.
    ///
    /// - Parameters:
    ///   - limit: How long a call may take.
    ///   - time: The clock.
    package init(_ limit: Duration, time: any TimeSource) {
        self.limit = limit
        // So that its sum with any moment of the clock fits.
        nanoseconds = min(max(limit.nanoseconds, 0), .max / 4)
        self.time = time
    }

    deinit { finish() }

    /// Makes a call, and gives it up when its time is over.
    ///
    /// A call that computes without ever waiting is not interrupted; its answer comes too late all the same.
    ///
    /// - Parameters:
    ///   - waits: Whether one that is given up is waited for, because it must not be made again before it has ended.
    ///     Otherwise it is abandoned if it does not notice that it is cancelled.
    ///   - body: The call.
    /// - Returns: The answer.
    /// - Throws: What the call throws in time; `Exceeded` if it was given up; `CancellationError` if the caller is
    ///   cancelled, before or meanwhile.
    package func within<Output: Sendable>(
        waits: Bool,
        _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        // The task would not know, since it is nobody's child.
        try Task.checkCancellation()
        let deadline = time.nanoseconds + nanoseconds
        let number = begin(Call(deadline: deadline, waits: waits))
        let task = Task.immediate {
            defer { end(number) }
            return try await body()
        }
        if isUnderway(number) {
            let isOverdue = await withTaskCancellationHandler {
                await withCheckedContinuation { wait(for: number, cancel: task.cancel, $0) }
            } onCancel: {
                task.cancel()
            }
            guard isOverdue else { return try await task.value }
            // A call that was given up may go on for long, and is not asked.
            try Task.checkCancellation()
            throw Exceeded()
        }
        // What went wrong says more than that it took long.
        let answer = try await task.value
        if deadline <= time.nanoseconds { throw Exceeded() }
        return answer
    }

    /// Cancels the sleeper; calls that come later have another one.
    package func finish() {
        let sleeper = state.withLock { state in
            state.wakes = nil
            return state.sleeper.take()
        }
        sleeper?.cancel()
    }

    /// Writes a call down, and returns its number.
    private func begin(_ call: Call) -> Int {
        state.withLock { state in
            state.next += 1
            state.underway[state.next] = call
            return state.next
        }
    }

    private func isUnderway(_ number: Int) -> Bool { state.withLock { $0.underway[number] != nil } }

    /// Notes that a call has ended.
    private func end(_ number: Int) {
        let call = state.withLock { $0.underway.removeValue(forKey: number) }
        call?.waiter?.resume(returning: call?.isOverdue ?? false)
    }

    /// Has the caller wait for its call, or for the end of its time.
    private func wait(for number: Int, cancel: @escaping @Sendable () -> Void, _ waiter: Waiter) {
        let hasEnded = state.withLock { state in
            guard let deadline = state.underway[number]?.deadline else { return true }
            state.underway[number]?.cancel = cancel
            state.underway[number]?.waiter = waiter
            if let wakes = state.wakes, wakes <= deadline { return false }
            state.sleeper?.cancel()
            state.wakes = deadline
            state.sleeper = sleeper(until: deadline)
            return false
        }
        if hasEnded { waiter.resume(returning: false) }
    }

    private func sleeper(until moment: Int64) -> Task<Void, Never> {
        Task.detached { [weak self, time] in
            var moment = moment
            do {
                while true {
                    try await time.sleep(until: .nanoseconds(moment))
                    guard let next = self?.giveUp(wokenAt: moment) else { return }
                    moment = next
                }
            } catch {
                // Nobody needs to be woken any more.
            }
        }
    }

    /// Gives up the calls whose time is over.
    ///
    /// - Parameter woken: When the sleeper was to wake.
    /// - Returns: When the next call's time is over; nil if there is none, or another sleeper for it.
    private func giveUp(wokenAt woken: Int64) -> Int64? {
        let now = time.nanoseconds
        let (overdue, next) = state.withLock { state -> ([Call], Int64?) in
            guard state.wakes == woken else { return ([], nil) }
            var overdue: [Call] = []
            for (number, call) in state.underway where call.waiter != nil && !call.isOverdue && call.deadline <= now {
                overdue.append(call)
                state.underway[number] = nil
                guard call.waits else { continue }
                state.underway[number] = call
                state.underway[number]?.isOverdue = true
            }
            state.wakes = state.underway.values.lazy.filter { !$0.isOverdue && $0.waiter != nil }.map(\.deadline).min()
            if state.wakes == nil { state.sleeper = nil }
            return (overdue, state.wakes)
        }
        // Not under the lock: whatever a call does when it is cancelled is done here.
        for call in overdue {
            call.cancel?()
            if !call.waits { call.waiter?.resume(returning: true) }
        }
        return next
    }
}
