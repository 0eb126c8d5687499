internal import Glibc

/// A value that one thread at a time uses: like `Mutex`, on top of the system's own lock.
///
/// `Mutex` of the standard library locks in a way that the thread sanitizer cannot see, so that it would report a race
/// wherever two threads take turns.
public final class Guarded<Value>: Sendable {
    // Whoever touches either holds the lock, or is the only one left.
    //
    // The value lies outside of the object: a property of it would be checked for overlapping accesses with each use,
    // which takes as long as the lock, and the lock sees to that.
    private nonisolated(unsafe) let value: UnsafeMutablePointer<Value>
    private nonisolated(unsafe) let lock: UnsafeMutablePointer<pthread_mutex_t>

    /// A value that nobody else has.
    public init(_ value: consuming sending Value) {
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
        lock = .allocate(capacity: 1)
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
        value.deinitialize(count: 1)
        value.deallocate()
    }

    /// Uses the value while nobody else does.
    ///
    /// - Parameter body: What to do with it; it must not use the same value again from within.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body(&value.pointee)
    }
}
