internal import CCurl
internal import Glibc

/// The thread of a transport.
enum CurlThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a detached thread that receives no signals.
    ///
    /// - Throws: Why the thread cannot be started.
    static func start(_ body: @escaping @Sendable () -> Void) throws(CurlLibrary.Missing) {
        let work = Unmanaged.passRetained(Work(body))
        let result = curl_start_thread(
            { work in
                if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
                return nil
            },
            work.toOpaque()
        )
        guard result == 0 else {
            work.release()
            throw CurlLibrary.Missing(words: "no thread could be started: \(String(cString: strerror(result)))")
        }
    }
}
