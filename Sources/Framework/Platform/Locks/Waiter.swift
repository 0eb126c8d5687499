public import Synchronization

/// The wait of one task, which ends once: with the first result that it receives.
///
/// It is created before the task waits, and may already have its result by then. The state that the task waits for adds
/// it under the same lock under which it found that waiting is necessary, so a cancellation always finds it there.
///
///     let waiter = state.withLock { state in state.isReady ? nil : state.waiters.add() }
///     try await waiter?.value { waiter in
///         guard state.withLock({ $0.waiters.remove(waiter) }) else { return }
///         waiter.resume(throwing: CancellationError())
///     }
///
/// A cancellation resumes the waiter only if it removes it: a waiter that was removed before has received something,
/// such as a place in a pool, and must not lose it. Resume a waiter outside of all locks: the task may continue
/// immediately, on the thread that resumes it.
public final class Waiter<Value: Sendable, Failure: Error>: Sendable {
    @usableFromInline let phase = Atomic(WaitPhase.new)
    @usableFromInline let isResumed = Atomic(false)
    // Written by the one task that waits, before it enters `waiting`; read only after that phase was seen.
    @usableFromInline nonisolated(unsafe) var continuation: CheckedContinuation<Result<Value, Failure>, Never>?
    // Written by the one caller that has set `isResumed`, before it enters `over`; read only after that phase was seen.
    @usableFromInline nonisolated(unsafe) var given: Result<Value, Failure>?

    /// Creates a wait that has neither begun nor ended.
    @inlinable
    public init() {}

    /// Whether it has its result, or is receiving it.
    public var isOver: Bool { isResumed.load(ordering: .acquiring) }

    /// Waits for the result; only one task may call this, and only once.
    ///
    /// - Parameter onCancel: Called if the task is cancelled, before or during the wait. If it does not resume the
    ///   waiter, the wait continues.
    /// - Returns: The value that it was resumed with.
    /// - Throws: The error that it was resumed with.
    ///
    /// Inlinable, like `Locked`, so that it is specialised for the value where it is used.
    @inlinable
    public func value(onCancel: @Sendable (Waiter) -> Void = { _ in }) async throws(Failure) -> Value {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.continuation = continuation
                let (hasBegun, _) = phase.compareExchange(
                    expected: .new,
                    desired: .waiting,
                    ordering: .acquiringAndReleasing
                )
                if !hasBegun, let given { continuation.resume(returning: given) }
            }
        } onCancel: {
            onCancel(self)
        }
        return try result.get()
    }

    /// Ends the wait, unless it has ended.
    ///
    /// - Returns: Whether this result is the first.
    @inlinable
    @discardableResult
    public func resume(with result: Result<Value, Failure>) -> Bool {
        guard !isResumed.exchange(true, ordering: .acquiringAndReleasing) else { return false }
        given = result
        if phase.exchange(.over, ordering: .acquiringAndReleasing) == .waiting {
            continuation?.resume(returning: result)
        }
        return true
    }

    /// Ends the wait with a value, unless it has ended.
    @inlinable
    public func resume(returning value: Value) { resume(with: .success(value)) }

    /// Ends the wait with an error, unless it has ended.
    @inlinable
    public func resume(throwing error: Failure) { resume(with: .failure(error)) }
}

extension Waiter where Value == Void {
    /// Ends the wait, unless it has ended.
    @inlinable
    public func resume() { resume(with: .success(())) }
}

/// The state of a wait: whichever comes second, the task or the result, finds the other there.
///
/// Declared outside of the generic class, in which atomic access to it would be looked up at run time.
@usableFromInline
enum WaitPhase: UInt8, AtomicRepresentable, Sendable { case new, waiting, over }
