internal import PluginKit

/// Carries the one question whose answer must not be lost: with a refresh token, which works once.
///
/// What is asked is waited for and stored, whatever happens to whoever asked: a task of its own goes on when the caller is
/// cancelled, by Ctrl-C or by a limit of time. Asked again, as a layer does that has given up an attempt, it gives the answer
/// that it has, and does not ask with a token that is spent.
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
    ///   - transport: What carries the question.
    ///   - store: Stores the tokens of an answer; nil if it holds none.
    init(_ transport: any HTTPTransport, store: @escaping @Sendable (HTTPResponse) throws -> OAuthTokens?) {
        self.transport = transport
        self.store = store
    }

    /// The tokens that are stored.
    var tokens: OAuthTokens? { state.withLock { $0.tokens } }

    /// Whether a request may have reached the server, so that the refresh token may be spent.
    var mayBeSpent: Bool { state.withLock { $0.mayBeSpent } }

    /// Whether that was so before the last attempt.
    var wasMaybeSpent: Bool { state.withLock { $0.wasMaybeSpent } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        if let answer = state.withLock({ $0.answer }) { return answer }
        return try await Task { try await exchange(request) }.value
    }

    private func exchange(_ request: HTTPRequest) async throws -> HTTPResponse {
        state.withLock { $0.wasMaybeSpent = $0.mayBeSpent }
        do {
            let response = try await transport.send(request)
            // Who refuses has spent nothing; after a fault of the server, nobody knows.
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

    /// Whether an error says that no request has left.
    private static func isUnsent(_ error: any Error) -> Bool {
        switch (error as? HTTPFailure)?.kind {
        case .unresolved, .refused, .unreachable, .tls, .unavailable, .proxy: true
        default: false
        }
    }
}
