internal import Platform

/// A request under way, and the task that waits for its response.
///
/// It is completed once, either by the thread with a result or by the cancellation of the task.
final class CurlExchange: Sendable {
    let request: HTTPRequest
    let answer = Waiter<HTTPResponse, any Error>()

    init(_ request: HTTPRequest) { self.request = request }

    /// Whether it is complete, so that no task waits for it any more.
    var isOver: Bool { answer.isOver }
}
