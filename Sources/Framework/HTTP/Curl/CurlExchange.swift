internal import Platform

/// One request on its way, and the task that waits for its answer.
///
/// It is answered once: by whoever comes first, the thread with a result or the task's cancellation.
final class CurlExchange: Sendable {
    private struct State {
        var waiter: CheckedContinuation<HTTPResponse, any Error>?
        var isOver = false
    }

    let request: HTTPRequest
    private let state = Locked(State())

    init(_ request: HTTPRequest) { self.request = request }

    /// Whether nobody waits any more.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Has the task wait.
    ///
    /// - Returns: Whether it waits; if not, it was cancelled before, and has been told.
    func begin(_ waiter: CheckedContinuation<HTTPResponse, any Error>) -> Bool {
        let waits = state.withLock { state in
            if state.isOver { return false }
            state.waiter = waiter
            return true
        }
        if !waits { waiter.resume(throwing: CancellationError()) }
        return waits
    }

    /// Answers, unless that has happened.
    ///
    /// - Returns: Whether a task was waiting.
    @discardableResult
    func finish(_ result: Result<HTTPResponse, any Error>) -> Bool {
        // The waiter is woken with no lock held: it may run at once, and cancellation wants the lock too.
        let waiter = state.withLock { state in
            state.isOver = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(with: result)
        return waiter != nil
    }
}
