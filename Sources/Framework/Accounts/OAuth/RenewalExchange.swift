internal import PluginKit

/// Makes the one request whose answer must not be lost: with a refresh token, which works once.
///
/// The answer is awaited and stored even if the caller is cancelled, by Ctrl-C or by a timeout: the request runs in a
/// separate task. If a layer has abandoned an attempt and tries again, it gets that answer, and no request is made with
/// a used token.
final class RenewalExchange: HTTPTransport {
    private struct State {
        var answer: HTTPResponse?
        var tokens: OAuthTokens?
        var mayBeSpent = false
        /// Whether an attempt before the last one may have been answered.
        var wasMaybeSpent = false
    }

    private let transport: any HTTPTransport
    private let store: @Sendable (HTTPResponse) throws -> OAuthTokens?
    private let state = Locked(State())

    /// - Parameters:
    ///   - transport: The transport for the request.
    ///   - store: Stores the tokens of an answer; nil if it contains none.
    init(_ transport: any HTTPTransport, store: @escaping @Sendable (HTTPResponse) throws -> OAuthTokens?) {
        self.transport = transport
        self.store = store
    }

    /// The stored tokens.
    var tokens: OAuthTokens? { state.withLock { $0.tokens } }

    /// Whether a request may have reached the server, so that the refresh token may have been used.
    var mayBeSpent: Bool { state.withLock { $0.mayBeSpent } }

    /// Whether an attempt before the last one may have used the refresh token.
    var wasMaybeSpent: Bool { state.withLock { $0.wasMaybeSpent } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        if let answer = state.withLock({ $0.answer }) { return answer }
        return try await Task { try await exchange(request) }.value
    }

    private func exchange(_ request: HTTPRequest) async throws -> HTTPResponse {
        state.withLock { $0.wasMaybeSpent = $0.mayBeSpent }
        do {
            let response = try await transport.send(request)
            // A refusal has not used the token; after an error of the server, that is not known.
            if !(400...499 ~= response.status) { state.withLock { $0.mayBeSpent = true } }
            guard let tokens = try store(response) else { return response }
            state.withLock { state in
                state.tokens = tokens
                state.answer = response
            }
            return response
        } catch {
            if !Self.isUnsent(error) { state.withLock { $0.mayBeSpent = true } }
            throw error
        }
    }

    /// Whether an error states that no request was sent.
    private static func isUnsent(_ error: any Error) -> Bool {
        switch (error as? HTTPFailure)?.kind {
        case .unresolved, .refused, .unreachable, .tls, .unavailable, .proxy: true
        default: false
        }
    }
}
