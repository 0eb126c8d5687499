public import PluginKit

/// A simulated network: answers requests as the test specifies, and records them.
///
///     let transport = ScriptedTransport { request, _ in
///         HTTPResponse(status: 200, body: Array("[]".utf8))
///     }
///     let bench = Bench(transport: transport)
public final class ScriptedTransport: HTTPTransport {
    /// Answers a request.
    ///
    /// `number` counts requests from 1. It throws `HTTPFailure` for a network error.
    public typealias Script = @Sendable (_ request: HTTPRequest, _ number: Int) async throws -> HTTPResponse

    private let script: Script
    private let asked = Locked<[HTTPRequest]>([])

    /// Creates a network that answers with a script.
    public init(_ script: @escaping Script) { self.script = script }

    /// The requests so far, in their order.
    public var requests: [HTTPRequest] { asked.withLock { $0 } }

    /// Answers a request.
    ///
    /// - Throws: What the script throws.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        let number = asked.withLock { asked in
            asked.append(request)
            return asked.count
        }
        return try await script(request, number)
    }
}
