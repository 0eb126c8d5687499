internal import Diagnostics
internal import PluginKit

/// Exchanges the kept tokens of an account for new ones, so that whatever happens, as little as possible is lost.
///
/// A refresh token may work once only, and then the answer alone has the next one. So:
///
/// 1. It happens under the store's lock. What another process has renewed meanwhile is used, and nothing is asked.
/// 2. Before the service is asked, the file says that a renewal has begun. Writing it also shows that the disk takes the
///    file.
/// 3. The answer is waited for, whatever happens to the run, and is on the disk before anybody uses it.
/// 4. Where the answer is lost all the same (the power fails, the connection breaks), the same refresh token is tried
///    again: a server that keeps the old one until the new one is used gives another pair, and with one that does not
///    nothing more can be lost. If it refuses, the mark tells what has happened.
struct TokenRenewal: Sendable {
    let store: CredentialStore
    let service: OAuthService
    /// The app that options or the environment name; nil to use the one that has signed in.
    let app: OAuthApp?
    let http: HTTPClient
    let time: any TimeSource
    let clock: WallClock

    private var problem: OAuthProblem { OAuthProblem(service) }

    /// What is kept, as it is now; nil if nobody is signed in.
    ///
    /// - Throws: what is wrong with the file; `account.app` if it belongs to another app.
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

    /// Tokens that hold: those of the file if they are others than `old` and fresh enough, or new ones.
    ///
    /// - Parameter old: An access token that the service has refused; nil if none was.
    /// - Returns: The tokens, which are on the disk.
    /// - Throws: `account.signed-out`, `account.ended`, `account.app` and the like, `StageFailure.transient` for what is
    ///   transient, `CancellationError`.
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
        guard let exchange = exchanges.withLock({ $0 }) else { preconditionFailure("nothing carries the question") }
        do {
            try await ask(client, refresh: refresh, exchange: exchange)
        } catch {
            // A layer may have given up an attempt whose answer came all the same.
            if let renewed = exchange.tokens { return renewed }
            if !exchange.mayBeSpent {
                // Without the mark being taken back, a later message is less exact; the error at hand matters more.
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

    /// The service does not take the refresh token.
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
