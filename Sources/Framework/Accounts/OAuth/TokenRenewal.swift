internal import Diagnostics
internal import PluginKit

/// Exchanges the stored tokens of an account for new ones, with the least possible risk of losing them.
///
/// A refresh token may work only once; then the answer is the only copy of the next one. Therefore:
///
/// 1. It runs under the store's lock. If another process has renewed the tokens in the meantime, those are used,
///    without a request.
/// 2. Before the request, the file records that a renewal has started. This also verifies that the file can be written.
/// 3. The answer is awaited even if the run is stopped, and is on the disk before it is used.
/// 4. If the answer is lost anyway (a power failure, a broken connection), the same refresh token is tried again: a
///    server that accepts the old one until the new one is used sends another pair; with any other server, nothing more
///    can be lost. If the server refuses it, the record explains why.
struct TokenRenewal: Sendable {
    let store: CredentialStore
    let service: OAuthService
    /// The app in the options or the environment; nil to use the one that signed in.
    let app: OAuthApp?
    let http: HTTPClient
    let time: any TimeSource
    let clock: WallClock

    private var problem: OAuthProblem { OAuthProblem(service) }

    /// The stored tokens; nil if no account is signed in.
    ///
    /// - Throws: An error of the file; `account.app` if it belongs to another app.
    func kept() throws(Diagnostic) -> OAuthTokens? {
        try checked(try store.credential(of: service.account))
    }

    private func checked(_ credential: Credential?) throws(Diagnostic) -> OAuthTokens? {
        guard let credential, let tokens = OAuthTokens(credential) else { return nil }
        if let app, let owner = tokens.app, owner.id.revealed != app.id.revealed {
            throw problem.otherApp(try store.path)
        }
        return tokens
    }

    /// Valid tokens: those in the file if they differ from `old` and are fresh enough, or new ones.
    ///
    /// - Parameter old: An access token that the service has refused; nil if none was.
    /// - Returns: The tokens, which are on the disk.
    /// - Throws: `account.signed-out`, `account.ended`, `account.app` and the like, `StageFailure.transient` for
    ///   transient errors, `CancellationError`.
    func tokens(replacing old: Secret?) async throws -> OAuthTokens {
        try await store.withLock(time: time) { held in
            guard let tokens = try checked(try held.credential(of: service.account)) else {
                throw problem.notSignedIn
            }
            let isRefused = tokens.access.revealed == old?.revealed
            if !isRefused, !tokens.needsRenewal(at: clock.seconds) { return tokens }
            return try await renewed(tokens, in: held)
        }
    }

    private func renewed(_ tokens: OAuthTokens, in held: LockedCredentials) async throws -> OAuthTokens {
        guard let refresh = tokens.refresh else { throw problem.ended(begun: nil, path: try store.path) }
        guard let app = OAuthApp(tokens, or: app) else { throw problem.noApp(hasID: false) }
        guard app.secret != nil || service.variables.secret == nil else { throw problem.noApp(hasID: true) }
        let account = service.account
        let begun = clock.seconds
        var marked = tokens
        marked.renewalBegun = begun
        try held.replace(marked.credential, of: account)

        let exchanges = Locked<RenewalExchange?>(nil)
        let client = OAuthClient(service, app: app, http: http, time: time).through { transport in
            let exchange = RenewalExchange(transport) { [clock, problem, service] response in
                guard case .granted = service.verdict(on: response, to: .refresh),
                    let answer = TokenAnswer(response.body)
                else { return nil }
                let renewed = tokens.renewed(by: answer, at: clock.seconds)
                do throws(Diagnostic) {
                    try held.replace(renewed.credential, of: account)
                } catch {
                    throw problem.notStored(error)
                }
                return renewed
            }
            exchanges.withLock { $0 = exchange }
            return exchange
        }
        guard let exchange = exchanges.withLock({ $0 }) else { preconditionFailure("no exchange was made") }
        do {
            try await ask(client, refresh: refresh, exchange: exchange)
        } catch {
            // A layer may have abandoned an attempt whose answer arrived after all.
            if let renewed = exchange.tokens { return renewed }
            if !exchange.mayBeSpent {
                // If the record cannot be removed, a later message is less exact; the current error is more important.
                try? held.replace(tokens.credential, of: account)
            }
            guard error is Refusal else { throw error }
            throw problem.ended(
                begun: tokens.renewalBegun ?? (exchange.wasMaybeSpent ? begun : nil),
                path: try store.path
            )
        }
        guard let renewed = exchange.tokens else { throw problem.unreadable }
        return renewed
    }

    /// The service refuses the refresh token.
    private struct Refusal: Error {}

    private func ask(_ client: OAuthClient, refresh: Secret, exchange: RenewalExchange) async throws {
        let fields =
            [(name: "refresh_token", value: refresh.revealed)] + service.refreshFields
            + [(name: "grant_type", value: "refresh_token")]
        try await client.ask(.refresh, at: service.token, fields: fields) { [problem] response, verdict in
            switch verdict {
            case .granted: guard exchange.tokens != nil else { throw problem.unreadable }
            case .refused: throw Refusal()
            default: throw problem.problem(verdict, in: response)
            }
        }
    }
}
