internal import CCurl
internal import Platform

/// Messages to the thread: new exchanges, cancelled ones, and that no more will come.
final class CurlInbox: Sendable {
    /// The pending messages.
    struct News {
        var submitted: [CurlExchange] = []
        var cancelled: [CurlExchange] = []
        var isClosed = false
    }

    private struct State {
        var news = News()
        var hasThread = false
        /// Whether the thread has been woken for them.
        var isWoken = false
        /// How to wake the thread; nil while it does not wait.
        var bell: CurlBell?
        /// Why there is no thread.
        var missing: CurlLibrary.Missing?

        /// Wakes the thread, unless it was woken since it last took messages.
        mutating func wake() {
            guard !isWoken, let bell else { return }
            isWoken = true
            bell.ring()
        }
    }

    private let state = Locked(State())

    /// Passes an exchange to the thread.
    ///
    /// - Parameters:
    ///   - exchange: The exchange.
    ///   - start: Starts the thread if there is none yet.
    /// - Throws: Why there is no network access.
    func submit(_ exchange: CurlExchange, start: () throws(CurlLibrary.Missing) -> Void) throws(CurlLibrary.Missing) {
        try state.withLock { (state) throws(CurlLibrary.Missing) in
            if let missing = state.missing { throw missing }
            if !state.hasThread {
                try start()
                state.hasThread = true
            }
            state.news.submitted.append(exchange)
            state.wake()
        }
    }

    /// Reports that an exchange was cancelled.
    func cancel(_ exchange: CurlExchange) {
        state.withLock { state in
            guard state.hasThread else { return }
            state.news.cancelled.append(exchange)
            state.wake()
        }
    }

    /// Reports that there will be no more exchanges.
    func close() {
        state.withLock { state in
            state.news.isClosed = true
            state.wake()
        }
    }

    /// Takes the messages; new ones ring the bell from now on.
    func take(ringing bell: CurlBell) -> News {
        state.withLock { state in
            state.bell = bell
            state.isWoken = false
            defer { (state.news.submitted, state.news.cancelled) = ([], []) }
            return state.news
        }
    }

    /// Removes the bell before its handle is freed.
    func silence() { state.withLock { $0.bell = nil } }

    /// Refuses all exchanges, since there is no network access.
    ///
    /// - Returns: The exchanges that were submitted meanwhile.
    func refuse(_ missing: CurlLibrary.Missing) -> [CurlExchange] {
        state.withLock { state in
            state.missing = missing
            defer { state.news = News() }
            return state.news.submitted
        }
    }
}

/// Ends the wait of the thread, from any other thread.
struct CurlBell: Sendable {
    let library: CurlLibrary
    // The library allows this one call from every thread, and the inbox's lock prevents it after the handle was freed.
    nonisolated(unsafe) let multi: OpaquePointer

    func ring() { _ = library.functions.pointee.multi_wakeup(multi) }
}
