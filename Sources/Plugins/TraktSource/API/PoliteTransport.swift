internal import PluginKit

/// Stands before the network, behind all layers: each attempt waits for its turn within Trakt's limit, and waits for its
/// answer no longer than the server is known to need.
struct PoliteTransport: HTTPTransport {
    let transport: any HTTPTransport
    let budget: RequestBudget
    let patience: ServerPatience
    /// How long the server may keep silent at most.
    let most: Duration
    let time: any TimeSource

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await budget.turn()
        var request = request
        let target = request.url.target
        let limit = patience.limit(for: target, most: most)
        request.limits.firstByte = limit
        request.limits.idle = limit
        let start = time.now
        do {
            let response = try await transport.send(request)
            patience.note(target, after: time.now - start)
            return response
        } catch let failure as HTTPFailure where failure.kind == .timedOut {
            patience.noteSilence(target)
            throw failure
        }
    }
}
