internal import Glibc

/// A thread for work that blocks: it must not be done where Swift's tasks run, of which there are as many as cores.
package enum OwnThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a thread that nobody waits for.
    ///
    /// - Parameter body: What it does.
    /// - Throws: `SocketFailure.system`, when there are too many.
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
