internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Accounts

/// Exchanges the kept tokens of an account for new ones, so that whatever happens, as little as possible is lost.
///
/// A refresh token works once, and only the answer has the next one. So:
///
/// 1. It happens under the store's lock. What another process has renewed meanwhile is used, and nothing is asked.
/// 2. Before Trakt is asked, the file says that a renewal has begun. Writing it also shows that the disk takes the file.
/// 3. The answer is waited for, whatever becomes of the run, and is on the disk before anybody uses it.
/// 4. Where the answer is lost all the same (the power fails, the connection breaks), the same refresh token is tried
///    again: a server that keeps the old one until the new one is used gives another pair, and with one that does not
///    nothing more can be lost. If it refuses, the mark tells what has happened.
struct TokenRenewal: Sendable {
    let store: CredentialStore
    let server: HTTPURL
    /// The app that options or the environment name; nil to use the one that has signed in.
    let app: TraktApp?
    let http: HTTPClient
    let time: any TimeSource
    let clock: WallClock

    /// What the account is called in the store.
    static func account(_ server: HTTPURL) -> String {
        server.target == "/" ? server.origin : "\(server)"
    }

    /// What is kept, as it is now; nil if nobody is signed in.
    ///
    /// - Throws: what is wrong with the file; `account.app` if it belongs to another app.
    func kept() throws(Diagnostic) -> TraktTokens? {
        try checked(try store.credential(of: Self.account(server)))
    }

    private func checked(_ credential: Credential?) throws(Diagnostic) -> TraktTokens? {
        guard let credential, let tokens = TraktTokens(credential) else { return nil }
        if let app, let owner = tokens.app, owner.id.revealed != app.id.revealed {
            throw AccountProblem.otherApp(try store.path)
        }
        return tokens
    }

    /// Tokens that hold: those of the file if they are others than `old` and fresh enough, or new ones.
    ///
    /// - Parameter old: An access token that Trakt has refused; nil if none was.
    /// - Returns: The tokens, which are on the disk.
    /// - Throws: `account.signed-out`, `account.ended`, `account.app` and the like, `StageFailure.transient` for what may
    ///   pass, `CancellationError`.
    func tokens(replacing old: Secret?) async throws -> TraktTokens {
        try await store.withLock(time: time) { held in
            guard let tokens = try checked(try held.credential(of: Self.account(server))) else {
                throw AccountProblem.notSignedIn(server)
            }
            let isRefused = tokens.access.revealed == old?.revealed
            if !isRefused, !tokens.needsRenewal(at: clock.seconds) { return tokens }
            return try await renewed(tokens, held)
        }
    }

    private func renewed(_ tokens: TraktTokens, _ held: LockedCredentials) async throws -> TraktTokens {
        guard let refresh = tokens.refresh else { throw AccountProblem.ended(begun: nil, try store.path) }
        guard let app = TraktApp(tokens, or: app) else { throw AccountProblem.noApp(hasID: false) }
        guard app.secret != nil else { throw AccountProblem.noApp(hasID: true) }
        let account = Self.account(server)
        let begun = clock.seconds
        var marked = tokens
        marked.renewalBegun = begun
        try held.replace(marked.credential, of: account)

        let exchanges = Guarded<RenewalExchange?>(nil)
        let client = OAuthClient(server, app, http, time).through { transport in
            let exchange = RenewalExchange(transport) { [clock] response in
                guard let answer = TokenAnswer(response) else { return nil }
                let renewed = tokens.renewed(by: answer, at: clock.seconds)
                do throws(Diagnostic) {
                    try held.replace(renewed.credential, of: account)
                } catch {
                    throw AccountProblem.notStored(error)
                }
                return renewed
            }
            exchanges.withLock { $0 = exchange }
            return exchange
        }
        guard let exchange = exchanges.withLock({ $0 }) else { preconditionFailure("nothing carries the question") }
        do {
            try await ask(client, refresh, exchange)
        } catch {
            // A layer may have given up an attempt whose answer came all the same.
            if let renewed = exchange.tokens { return renewed }
            if !exchange.mayBeSpent {
                // Without the mark being taken back, a later message is less exact; the error at hand matters more.
                try? held.replace(tokens.credential, of: account)
            }
            guard error is Refusal else { throw error }
            throw AccountProblem.ended(
                begun: tokens.renewalBegun ?? (exchange.wasMaybeSpent ? begun : nil),
                try store.path
            )
        }
        guard let renewed = exchange.tokens else { throw AccountProblem.unreadable(server) }
        return renewed
    }

    /// Trakt does not take the refresh token.
    private struct Refusal: Error {}

    private func ask(_ client: OAuthClient, _ refresh: Secret, _ exchange: RenewalExchange) async throws {
        let form: KeyValuePairs = [
            "refresh_token": refresh.revealed, "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
            "grant_type": "refresh_token",
        ]
        try await client.ask(["token"], form) { [server] response in
            switch response.status {
            case 200, 201:
                guard exchange.tokens != nil else { throw AccountProblem.unreadable(server) }
            case 400, 401:
                throw OAuthError(response) == .client ? AccountProblem.appRefused() as any Error : Refusal()
            default:
                throw AccountProblem.answer(response, from: server)
            }
        }
    }
}

/// What the body of a refusal says, where it says anything (RFC 6749 §5.2).
enum OAuthError {
    /// The app is not known, or its secret is wrong.
    case client
    /// Anything else, or nothing.
    case other

    init(_ response: HTTPResponse) {
        // Bodies of refusals are empty, HTML or JSON; only the last can say more.
        let error = (try? JSONValue(parsing: response.body, name: "answer"))?["error"]?.string
        self = error == "invalid_client" || error == "unauthorized_client" ? .client : .other
    }
}

extension TokenAnswer {
    /// The tokens of an answer; nil if it is none that gives any.
    init?(_ response: HTTPResponse) {
        guard response.status == 200 || response.status == 201 else { return nil }
        self.init(response.body)
    }
}

extension TraktApp {
    /// The app that tokens were given to, with the secret that is known of it.
    init?(_ tokens: TraktTokens, or given: TraktApp?) {
        guard let app = tokens.app ?? given else { return nil }
        self.init(id: app.id, secret: given?.secret ?? app.secret)
    }
}
