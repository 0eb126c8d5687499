internal import Glibc

/// A value that one thread at a time uses: like `Mutex`, on top of the system's own lock.
///
/// `Mutex` of the standard library locks in a way that the thread sanitizer cannot see, so that it would report a race
/// wherever two threads take turns.
public final class Locked<Value>: Sendable {
    // Whoever touches either holds the lock, or is the only one left.
    //
    // The value lies outside of the object: a property of it would be checked for overlapping accesses with each use,
    // which takes as long as the lock, and the lock sees to that.
    @usableFromInline nonisolated(unsafe) let value: UnsafeMutablePointer<Value>
    private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>

    /// A value that nobody else has.
    public init(_ value: consuming sending Value) {
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        value.deinitialize(count: 1)
        value.deallocate()
    }

    /// Uses the value while nobody else does.
    ///
    /// - Parameter body: What to do with it; it must not use the same value again from within.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    ///
    /// Inlinable, so that it is made for the value where it is used: layers lock with every call.
    @inlinable
    public func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        lock()
        defer { unlock() }
        return try body(&value.pointee)
    }

    @usableFromInline func lock() { pthread_mutex_lock(mutex) }
    @usableFromInline func unlock() { pthread_mutex_unlock(mutex) }
}
