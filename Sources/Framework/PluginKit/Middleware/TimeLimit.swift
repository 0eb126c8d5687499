internal import Synchronization

/// Gives up calls that take too long: one limit and one sleeper for all calls of a layer.
///
/// A call that may wait runs in a task of its own, so that it can be cancelled alone. The task is begun at once and on the
/// caller's thread: one that does not wait after all, even if it calls actors, costs no change of thread and is not even
/// written down.
///
///     judging ─ the call has ended ──────────────────────────────────────────→ answer, if in time
///     within ── the call has ended at once ──────────────────────────────────→ answer, if in time
///        └───── it waits for something ──→ underway ── it ends ──────────────→ answer
///                                             └─────── its time is over ─────→ cancelled
public final class TimeLimit: Sendable {
    private struct State {
        /// The calls that wait for something.
        var underway: [ObjectIdentifier: CallUnderway] = [:]
        /// When the sleeper wakes; nil if there is none.
        var wakes: Int64?
        var sleeper: Task<Void, Never>?
    }

    /// A call has taken too long.
    public struct Exceeded: Error {
        @usableFromInline init() {}
    }

    /// How long a call may take.
    public let limit: Duration
    /// The same in nanoseconds.
    @usableFromInline let length: Int64
    @usableFromInline let time: any TimeSource
    private let state = Guarded(State())

    /// A limit.
    ///
    /// - Parameters:
    ///   - limit: How long a call may take.
    ///   - time: The clock.
    public init(_ limit: Duration, time: any TimeSource) {
        self.limit = limit
        // A sum with any moment of the clock is none that does not fit.
        length = min(max(limit.nanoseconds, 0), .max / 4)
        self.time = time
    }

    deinit { finish() }

    /// Makes a call, and gives it up when its time is over.
    ///
    /// A call that computes without ever waiting is not interrupted; its answer comes too late all the same. Calling an
    /// actor that is free is no waiting.
    ///
    /// - Parameters:
    ///   - waits: Whether one that is given up is waited for, because it must not be made again before it has ended.
    ///     Otherwise it is left behind if it does not notice that it is cancelled.
    ///   - start: When its time began, in nanoseconds of the clock; nil for now.
    ///   - body: The call.
    /// - Returns: The answer.
    /// - Throws: What the call throws in time; `Exceeded` if it was given up; `CancellationError` if the caller is
    ///   cancelled, before or meanwhile.
    @inlinable
    public func within<Output: Sendable>(
        waits: Bool,
        since start: Int64? = nil,
        _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        // The task would not know, since it is nobody's child.
        try Task.checkCancellation()
        let deadline = (start ?? time.nanoseconds) + length
        let call = CallUnderway(deadline, waits: waits)
        let task = Task { @AtOnce in try await self.make(call, body) }
        if call.standsUp() {
            try await wait(for: call) { task.cancel() }
        } else if deadline <= time.nanoseconds {
            // What was wrong says more than that it took long.
            _ = try await task.value
            throw Exceeded()
        }
        return try await task.value
    }

    /// Makes a call in its task, and notes that it has ended.
    ///
    /// Concurrent, as what begins at once has to be.
    @inlinable
    @concurrent
    func make<Output: Sendable>(
        _ call: CallUnderway,
        _ body: @Sendable () async throws -> Output
    ) async throws -> Output {
        defer { if call.end() { close(call) } }
        return try await body()
    }

    /// Makes a call that waits for nothing, and looks behind it whether it was in time.
    ///
    /// - Parameters:
    ///   - start: When its time began, in nanoseconds of the clock; nil for now.
    ///   - body: The call.
    /// - Returns: The answer.
    /// - Throws: What the call throws; `Exceeded` if its answer comes too late; `CancellationError` if the caller was
    ///   cancelled before.
    @inlinable
    public func judging<Output: Sendable>(
        since start: Int64? = nil,
        _ body: () async throws -> Output
    ) async throws -> Output {
        try Task.checkCancellation()
        let deadline = (start ?? time.nanoseconds) + length
        let answer = try await body()
        if deadline <= time.nanoseconds { throw Exceeded() }
        return answer
    }

    /// Waits for the end of a call, or of its time.
    ///
    /// - Throws: `Exceeded`, or `CancellationError` if the caller was cancelled besides.
    @usableFromInline
    func wait(for call: CallUnderway, cancel: @escaping @Sendable () -> Void) async throws {
        begin(call, cancel: cancel)
        await withTaskCancellationHandler {
            await withUnsafeContinuation { stand(call, $0) }
        } onCancel: {
            cancel()
        }
        // One that is given up may go on for long, and is not asked.
        guard state.withLock({ _ in call.isOverdue }) else { return }
        try Task.checkCancellation()
        throw Exceeded()
    }

    /// Wakes the sleeper for good.
    ///
    /// Calls that still come have another one.
    public func finish() {
        let sleeper = state.withLock { state in
            state.wakes = nil
            return state.sleeper.take()
        }
        sleeper?.cancel()
    }

    /// Writes a call down that waits for something.
    private func begin(_ call: CallUnderway, cancel: @escaping @Sendable () -> Void) {
        state.withLock { state in
            guard !call.hasEnded else { return }
            call.cancel = cancel
            state.underway[ObjectIdentifier(call)] = call
            if let wakes = state.wakes, wakes <= call.deadline { return }
            state.sleeper?.cancel()
            state.wakes = call.deadline
            state.sleeper = sleeper(until: call.deadline)
        }
    }

    /// Has the caller wait for its call; resumes it at once if there is nothing to wait for.
    private func stand(_ call: CallUnderway, _ waiter: UnsafeContinuation<Void, Never>) {
        let isOver = state.withLock { _ in
            if call.hasEnded || (call.isOverdue && !call.waits) { return true }
            call.waiter = waiter
            return false
        }
        if isOver { waiter.resume() }
    }

    /// Notes that a call has ended that was waited for.
    @usableFromInline
    func close(_ call: CallUnderway) {
        let waiter = state.withLock { state in
            call.hasEnded = true
            call.cancel = nil
            state.underway[ObjectIdentifier(call)] = nil
            return call.waiter.take()
        }
        waiter?.resume()
    }

    private func sleeper(until moment: Int64) -> Task<Void, Never> {
        Task.detached { [weak self, time] in
            var moment = moment
            do {
                while true {
                    try await time.sleep(until: .nanoseconds(moment))
                    guard let next = self?.giveUp(behind: moment) else { return }
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
    /// - Returns: When the next one's time is over; nil if there is none, or another sleeper for it.
    private func giveUp(behind woken: Int64) -> Int64? {
        let now = time.nanoseconds
        let (overdue, next) = state.withLock { state -> ([CallUnderway.Ending], Int64?) in
            guard state.wakes == woken else { return ([], nil) }
            var overdue: [CallUnderway.Ending] = []
            var next: Int64?
            for call in state.underway.values {
                if call.isOverdue { continue }
                if call.deadline <= now {
                    call.isOverdue = true
                    overdue.append(CallUnderway.Ending(call.cancel, call.waits ? nil : call.waiter.take()))
                } else {
                    next = min(next ?? call.deadline, call.deadline)
                }
            }
            state.wakes = next
            if next == nil { state.sleeper = nil }
            return (overdue, next)
        }
        // Not under the lock: whatever the call does when it is cancelled is done here.
        for ending in overdue {
            ending.cancel?()
            ending.waiter?.resume()
        }
        return next
    }
}

/// A call with a limit of time.
@usableFromInline
final class CallUnderway: Sendable {
    /// What brings an overdue call to its end.
    struct Ending: Sendable {
        let cancel: (@Sendable () -> Void)?
        let waiter: UnsafeContinuation<Void, Never>?

        init(_ cancel: (@Sendable () -> Void)?, _ waiter: UnsafeContinuation<Void, Never>?) {
            self.cancel = cancel
            self.waiter = waiter
        }
    }

    /// Nanoseconds of the clock.
    let deadline: Int64
    let waits: Bool
    /// Whether the call has ended, or its caller waits: whoever comes second knows of the other.
    private let isMet = Atomic(false)
    // These are touched under the lock of the limit.
    nonisolated(unsafe) var cancel: (@Sendable () -> Void)?
    nonisolated(unsafe) var waiter: UnsafeContinuation<Void, Never>?
    nonisolated(unsafe) var hasEnded = false
    nonisolated(unsafe) var isOverdue = false

    @usableFromInline
    init(_ deadline: Int64, waits: Bool) {
        self.deadline = deadline
        self.waits = waits
    }

    /// Notes that the call has ended.
    ///
    /// - Returns: Whether the caller waits for it.
    @usableFromInline
    func end() -> Bool { isMet.exchange(true, ordering: .acquiringAndReleasing) }

    /// Notes that the caller is about to wait.
    ///
    /// - Returns: Whether there is something to wait for.
    @usableFromInline
    func standsUp() -> Bool { !isMet.exchange(true, ordering: .acquiringAndReleasing) }
}
