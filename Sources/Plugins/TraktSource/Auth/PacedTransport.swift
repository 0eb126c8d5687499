internal import PluginKit

/// Lets one request a second through: what Trakt allows for everything that changes something.
final class PacedTransport: HTTPTransport {
    private let transport: any HTTPTransport
    private let time: any TimeSource
    /// When the next request may go.
    private let next = Guarded<Duration?>(nil)

    init(_ transport: any HTTPTransport, _ time: any TimeSource) {
        self.transport = transport
        self.time = time
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let now = time.now
        let moment = next.withLock { next in
            let moment = max(now, next ?? now)
            next = moment + .seconds(1)
            return moment
        }
        if moment > now { try await time.sleep(until: moment) }
        return try await transport.send(request)
    }
}
