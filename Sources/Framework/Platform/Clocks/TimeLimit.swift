internal import Synchronization

/// Gives up calls that take too long: all calls have the same limit and share one task that sleeps.
///
/// A call runs in a task of its own, so that it alone can be cancelled. The task begins on the caller's thread: a call
/// that does not wait for anything ends before it needs to be watched.
///
///     begin ─ the call ends before it waits ──────────────────────────→ answer, if in time
///       └──── it waits for something ──→ underway ── it ends ─────────→ answer
///                                            └────── its time is over → cancelled
public final class TimeLimit: Sendable {
    /// A call has taken too long.
    public struct Exceeded: Error {}

    /// The meeting of a call and its caller: whichever comes second, the end of the call or the caller's wait, finds
    /// the other there.
    ///
    /// Most calls end first, and so need neither the lock nor an entry.
    private final class Meeting: Sendable {
        private let isBegun = Atomic(false)

        func comesSecond() -> Bool { isBegun.exchange(true, ordering: .acquiringAndReleasing) }
    }

    /// A call that its caller waits for or has given up.
    private struct Call {
        /// Nanoseconds of the clock.
        let deadline: Int64
        /// Whether its caller waits for its end even if the call is given up.
        let waits: Bool
        let cancel: @Sendable () -> Void
        /// Resumes its caller, with whether the call was given up.
        let waiter = Waiter<Bool, Never>()
        var isOverdue = false
    }

    private struct State {
        var underway: [ObjectIdentifier: Call] = [:]
        /// Calls that ended between the caller's check that they are still running and its wait.
        var ended: Set<ObjectIdentifier> = []
        /// When the sleeper wakes, in nanoseconds of the clock; nil if there is none.
        var wakes: Int64?
        var sleeper: Task<Void, Never>?
    }

    /// How long a call may take.
    public let limit: Duration
    private let nanoseconds: Int64
    private let time: any TimeSource
    private let state = Locked(State())

    /// A limit.
    ///
    /// - Parameters:
    ///   - limit: How long a call may take.
    ///   - time: The clock.
    public init(_ limit: Duration, time: any TimeSource) {
        self.limit = limit
        // So that its sum with any moment of the clock fits.
        nanoseconds = min(max(limit.nanoseconds, 0), .max / 4)
        self.time = time
    }

    deinit { finish() }

    /// Makes a call, and gives it up at its deadline.
    ///
    /// A call that computes without ever waiting is not interrupted, but its answer counts as late.
    ///
    /// - Parameters:
    ///   - waits: Whether one that is given up is waited for, because it must not be made again before it has ended.
    ///     Otherwise it is abandoned if it does not notice that it is cancelled.
    ///   - body: The call.
    /// - Returns: The answer.
    /// - Throws: What the call throws in time; `Exceeded` if it was given up; `CancellationError` if the caller is
    ///   cancelled.
    public func within<Output: Sendable>(
        waits: Bool,
        body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        // The task would not know, since it is nobody's child.
        try Task.checkCancellation()
        let deadline = time.nanoseconds + nanoseconds
        let meeting = Meeting()
        let task = Task.immediate {
            defer { if meeting.comesSecond() { end(meeting) } }
            return try await body()
        }
        if !meeting.comesSecond() {
            let call = Call(deadline: deadline, waits: waits, cancel: task.cancel)
            wait(for: meeting, call: call)
            let isOverdue = await call.waiter.value { _ in task.cancel() }
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

    /// Cancels the sleeper; later calls start another one.
    public func finish() {
        let sleeper = state.withLock { state in
            state.wakes = nil
            return state.sleeper.take()
        }
        sleeper?.cancel()
    }

    /// Notes that a call has ended whose caller waits for it or is about to.
    private func end(_ meeting: Meeting) {
        let call = state.withLock { state in
            let call = state.underway.removeValue(forKey: ObjectIdentifier(meeting))
            if call == nil { state.ended.insert(ObjectIdentifier(meeting)) }
            return call
        }
        call?.waiter.resume(returning: call?.isOverdue ?? false)
    }

    /// Makes the caller wait for its call, or for the deadline.
    private func wait(for meeting: Meeting, call: Call) {
        let hasEnded = state.withLock { state in
            if state.ended.remove(ObjectIdentifier(meeting)) != nil { return true }
            state.underway[ObjectIdentifier(meeting)] = call
            if let wakes = state.wakes, wakes <= call.deadline { return false }
            state.sleeper?.cancel()
            state.wakes = call.deadline
            state.sleeper = sleeper(until: call.deadline)
            return false
        }
        if hasEnded { call.waiter.resume(returning: false) }
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

    /// Gives up the calls whose deadline has passed.
    ///
    /// - Parameter woken: When the sleeper was to wake.
    /// - Returns: The deadline of the next call; nil if there is none, or if another sleeper waits for it.
    private func giveUp(wokenAt woken: Int64) -> Int64? {
        let now = time.nanoseconds
        let (overdue, next) = state.withLock { state -> ([Call], Int64?) in
            guard state.wakes == woken else { return ([], nil) }
            var overdue: [Call] = []
            for (meeting, call) in state.underway where !call.isOverdue && call.deadline <= now {
                overdue.append(call)
                state.underway[meeting]?.isOverdue = true
            }
            state.wakes = state.underway.values.lazy.filter { !$0.isOverdue }.map(\.deadline).min()
            if state.wakes == nil { state.sleeper = nil }
            return (overdue, state.wakes)
        }
        // Not under the lock: whatever a call does when it is cancelled is done here.
        for call in overdue {
            call.cancel()
            // The entry stays until the call ends, and its caller goes now.
            if !call.waits { call.waiter.resume(returning: true) }
        }
        return next
    }
}
