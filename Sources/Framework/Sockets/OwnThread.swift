internal import Glibc
internal import Platform

/// A thread for blocking work, which must not block the threads of Swift's tasks: there are only as many as cores.
package enum OwnThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs a body on a thread of its own; the waiting task occupies no other thread.
    ///
    /// - Parameter body: What it does.
    /// - Returns: What it returns or throws.
    /// - Throws: `SocketFailure.system`, when there are too many threads.
    package static func result<Value: Sendable, Failure: Error>(
        of body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(SocketFailure) -> Result<Value, Failure> {
        let waiter = Waiter<Result<Value, Failure>, Never>()
        try start { waiter.resume(returning: Result(catching: body)) }
        return await waiter.value()
    }

    /// Starts a detached thread.
    ///
    /// - Parameter body: Its work.
    /// - Throws: `SocketFailure.system` if there are too many threads.
    package static func start(_ body: @escaping @Sendable () -> Void) throws(SocketFailure) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 512 << 10)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let context = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            &attributes,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            },
            context.toOpaque()
        )
        guard result == 0 else {
            context.release()
            throw SocketFailure(number: result)
        }
    }
}
