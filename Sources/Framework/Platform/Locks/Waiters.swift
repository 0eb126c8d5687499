/// Tasks that wait for the same thing, in the order in which they came: part of a state that a lock guards.
///
/// Resume waiters that were removed only after the lock is released.
public struct Waiters<Value: Sendable, Failure: Error>: Sendable {
    @usableFromInline var waiting: [Waiter<Value, Failure>] = []

    /// No task waits.
    @inlinable
    public init() {}

    /// Whether no task waits.
    @inlinable
    public var isEmpty: Bool { waiting.isEmpty }

    /// Adds a waiter at the end.
    @inlinable
    public mutating func add() -> Waiter<Value, Failure> {
        let waiter = Waiter<Value, Failure>()
        waiting.append(waiter)
        return waiter
    }

    /// Removes a waiter, wherever it is.
    ///
    /// - Returns: Whether it was there.
    @inlinable
    @discardableResult
    public mutating func remove(_ waiter: Waiter<Value, Failure>) -> Bool {
        guard let place = waiting.firstIndex(where: { $0 === waiter }) else { return false }
        waiting.remove(at: place)
        return true
    }

    /// Removes the one that has waited longest; nil if no task waits.
    @inlinable
    public mutating func takeFirst() -> Waiter<Value, Failure>? { isEmpty ? nil : waiting.removeFirst() }

    /// Removes all, the one that has waited longest first.
    @inlinable
    public mutating func takeAll() -> [Waiter<Value, Failure>] {
        defer { waiting = [] }
        return waiting
    }
}
