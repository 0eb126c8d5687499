internal import CCurl
internal import Platform

/// What the thread is told: new exchanges, those that nobody waits for any more, and that there will be no more.
final class CurlInbox: Sendable {
    /// What there is to do.
    struct News {
        var submitted: [CurlExchange] = []
        var cancelled: [CurlExchange] = []
        var isClosed = false
    }

    private struct State {
        var news = News()
        var hasThread = false
        /// Whether the thread knows that there are news.
        var isWoken = false
        /// How to wake it; nil while it does not wait.
        var bell: CurlBell?
        /// Why there is no thread.
        var missing: CurlLibrary.Missing?

        /// Wakes the thread, unless that has been done since it last looked.
        mutating func wake() {
            guard !isWoken, let bell else { return }
            isWoken = true
            bell.ring()
        }
    }

    private let state = Locked(State())

    /// Hands an exchange to the thread.
    ///
    /// - Parameters:
    ///   - exchange: The exchange.
    ///   - start: Starts the thread, if there is none yet.
    /// - Throws: why there is no way to the network.
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

    /// Says that nobody waits for an exchange any more.
    func cancel(_ exchange: CurlExchange) {
        state.withLock { state in
            guard state.hasThread else { return }
            state.news.cancelled.append(exchange)
            state.wake()
        }
    }

    /// Says that there will be no more exchanges.
    func close() {
        state.withLock { state in
            state.news.isClosed = true
            state.wake()
        }
    }

    /// Takes the news; from now on the bell is rung for new ones.
    func take(ringing bell: CurlBell) -> News {
        state.withLock { state in
            state.bell = bell
            state.isWoken = false
            defer { (state.news.submitted, state.news.cancelled) = ([], []) }
            return state.news
        }
    }

    /// Takes the bell away, before what it is part of goes.
    func silence() { state.withLock { $0.bell = nil } }

    /// Says that there is no way to the network.
    ///
    /// - Returns: The exchanges that were handed over meanwhile.
    func refuse(_ missing: CurlLibrary.Missing) -> [CurlExchange] {
        state.withLock { state in
            state.missing = missing
            defer { state.news = News() }
            return state.news.submitted
        }
    }
}

/// Ends the waiting of the thread, from any other.
struct CurlBell: Sendable {
    let library: CurlLibrary
    // The library allows this one call from every thread, and the inbox's lock keeps it from coming after the end.
    nonisolated(unsafe) let multi: OpaquePointer

    func ring() { _ = library.functions.pointee.multi_wakeup(multi) }
}
