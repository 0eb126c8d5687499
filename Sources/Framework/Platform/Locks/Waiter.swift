public import Synchronization

/// The wait of one task, which ends once: with the first result that it is given.
///
/// It is created before the task waits, and may have its result by then. A state adds it while it holds the lock under
/// which it found that there is something to wait for, so a cancellation always finds it there.
///
///     let waiter = state.withLock { state in state.isReady ? nil : state.waiters.add() }
///     try await waiter?.value { waiter in
///         guard state.withLock({ $0.waiters.remove(waiter) }) else { return }
///         waiter.resume(throwing: CancellationError())
///     }
///
/// Only a cancellation that removes the waiter resumes it: a waiter that was removed before has been given something, such
/// as a place in a pool, and must not lose it. Resume a waiter outside of all locks: the task may continue immediately, on
/// the thread that resumes it.
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

    /// Whether it has its result, or is being given it.
    public var isOver: Bool { isResumed.load(ordering: .acquiring) }

    /// Waits for the result; one task does so, once.
    ///
    /// - Parameter onCancel: What is done if the task is cancelled, before it waits or meanwhile. A wait that is not
    ///   resumed there continues.
    /// - Returns: The value that it was resumed with.
    /// - Throws: The error that it was resumed with.
    ///
    /// Inlinable, as `Locked` is, so that it is made for the value where it is used.
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

/// How far a wait is: whichever of the task and its result comes second finds the other there.
///
/// Outside of the generic class, where atomic access to it would be looked up at run time.
@usableFromInline
enum WaitPhase: UInt8, AtomicRepresentable, Sendable { case new, waiting, over }
