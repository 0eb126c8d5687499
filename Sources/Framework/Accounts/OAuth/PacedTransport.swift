internal import PluginKit

/// Delays requests so that they are at least as far apart as a service requires.
final class PacedTransport: HTTPTransport {
    private let transport: any HTTPTransport
    private let pace: Duration
    private let time: any TimeSource
    /// When the next request may be sent.
    private let next = Locked<Duration?>(nil)

    init(_ transport: any HTTPTransport, pace: Duration, time: any TimeSource) {
        self.transport = transport
        self.pace = pace
        self.time = time
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let now = time.now
        let moment = next.withLock { next in
            let moment = max(now, next ?? now)
            next = moment + pace
            return moment
        }
        if moment > now { try await time.sleep(until: moment) }
        return try await transport.send(request)
    }
}
