internal import Glibc

/// A value that one thread at a time uses: like `Mutex`, built on the system's own lock.
///
/// The thread sanitizer does not understand the lock of the standard library's `Mutex`, and would report a race
/// wherever two threads take turns.
public final class Locked<Value>: Sendable {
    // Proof: both are accessed only with the lock held, or by the last reference.
    //
    // The value is outside of the object: a stored property would be checked for overlapping accesses with each use,
    // which takes as long as the lock and is unnecessary, since the lock excludes them.
    @usableFromInline nonisolated(unsafe) let value: UnsafeMutablePointer<Value>
    private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>

    /// A guarded value.
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

    /// Accesses the value exclusively.
    ///
    /// - Parameter body: What to do with it; it must not access the same value again from within.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    ///
    /// Inlinable, so that it is specialised where it is used: layers lock with every call.
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
