internal import PluginKit

/// The innermost transport, inside all layers: each attempt waits for its turn within Trakt's limit, and waits for its
/// answer at most as long as the server has been known to need.
struct PoliteTransport: HTTPTransport {
    let transport: any HTTPTransport
    let limit: TraktLimit
    let patience: ServerPatience
    /// The longest time without data from the server.
    let most: Duration
    let time: any TimeSource
    let waits: OpenWaits

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let arrival = time.now
        do {
            HTTPClient.noteDelay(try await limit.turn(waits), by: TraktLimit.name)
        } catch {
            // A run that is stopped during the wait was also delayed by the limit.
            HTTPClient.noteDelay(time.now - arrival, by: TraktLimit.name)
            throw error
        }
        var request = request
        let target = request.url.target
        let silence = patience.limit(for: target, most: most)
        request.limits.firstByte = silence
        request.limits.idle = silence
        let start = time.now
        do {
            let response = try await limit.sending { [request] in try await transport.send(request) }
            if response.status != 429 { limit.note(response.headers) }
            patience.note(target, after: time.now - start)
            return response
        } catch let failure as HTTPFailure where failure.kind == .timedOut {
            patience.noteSilence(target)
            throw failure
        }
    }
}
