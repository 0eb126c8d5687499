internal import Platform

/// A request under way, and the task that waits for its response.
///
/// It is completed once, either by the thread with a result or by the cancellation of the task.
final class CurlExchange: Sendable {
    private struct State {
        var waiter: CheckedContinuation<HTTPResponse, any Error>?
        var isOver = false
    }

    let request: HTTPRequest
    private let state = Locked(State())

    init(_ request: HTTPRequest) { self.request = request }

    /// Whether no task waits for it any more.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Lets the task wait.
    ///
    /// - Returns: Whether it waits; if not, it was cancelled before and has been resumed.
    func begin(_ waiter: CheckedContinuation<HTTPResponse, any Error>) -> Bool {
        let waits = state.withLock { state in
            if state.isOver { return false }
            state.waiter = waiter
            return true
        }
        if !waits { waiter.resume(throwing: CancellationError()) }
        return waits
    }

    /// Completes the exchange, unless it is already complete.
    ///
    /// - Returns: Whether a task was waiting.
    @discardableResult
    func finish(_ result: Result<HTTPResponse, any Error>) -> Bool {
        // The waiter is resumed without the lock: it may run immediately, and cancellation needs the lock too.
        let waiter = state.withLock { state in
            state.isOver = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(with: result)
        return waiter != nil
    }
}
