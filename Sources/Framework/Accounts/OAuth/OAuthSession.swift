public import Diagnostics
internal import Formats
public import PluginKit

/// Access to a user's data: returns the access token, and renews it when it expires.
///
///     let token = try await session.token()                       // nil: only public data
///     …
///     if response.status == 401, let token {
///         again = try await session.token(replacing: token)       // a new one, or a Diagnostic
///     }
///
/// A token from an option or the environment is used unchanged, never stored and never renewed. Otherwise the tokens
/// are those that `sprocket auth NAME login` has stored. If several callers request a token at the same time, one
/// renewal serves all.
public final class OAuthSession: Sendable {
    /// The settings of a session; for values that are nil or empty, the environment is used.
    public struct Settings: Sendable {
        /// The app's client id.
        public var clientID: Secret?
        /// The app's client secret.
        public var clientSecret: Secret?
        /// An access token from elsewhere.
        public var accessToken: Secret?

        /// Creates settings; the environment provides the values that are left out.
        public init(
            clientID: Secret? = nil,
            clientSecret: Secret? = nil,
            accessToken: Secret? = nil
        ) {
            self.clientID = clientID
            self.clientSecret = clientSecret
            self.accessToken = accessToken
        }
    }

    private struct State {
        /// The most recently used tokens.
        var tokens: OAuthTokens?
        var renewal: Task<OAuthTokens, any Error>?
        /// The access token that the service does not renew, and the error.
        var ended: (access: Secret, problem: Diagnostic)?
        /// The tokens that the service has accepted, as digests.
        var accepted: Set<String> = []
        /// After a renewal that failed with a transient error: when to try again, while the token is still valid.
        var pause: Int64?
    }

    private let given: Secret?
    private let app: OAuthApp?
    private let renewal: TokenRenewal
    private let problem: OAuthProblem
    private let clock: WallClock
    private let state = Locked(State())

    /// Creates the session of a stage; no file is opened and no request made yet.
    public convenience init(_ service: OAuthService, settings: Settings, in context: StageContext) {
        self.init(
            service,
            settings: settings,
            environment: context.environment,
            http: context.http,
            time: context.time,
            clock: WallClock(context.time),
            store: CredentialStore(service: service.name, environment: context.environment)
        )
    }

    package init(
        _ service: OAuthService,
        settings: Settings,
        environment: [String: String],
        http: HTTPClient,
        time: any TimeSource,
        clock: WallClock,
        store: CredentialStore
    ) {
        let names = service.variables
        given =
            OAuthApp.filled(settings.accessToken) ?? OAuthApp.filled(environment[names.token].map { Secret($0) })
        app = OAuthApp(
            id: settings.clientID,
            secret: settings.clientSecret,
            variables: names,
            environment: environment
        )
        problem = OAuthProblem(service)
        renewal = TokenRenewal(store: store, service: service, app: app, http: http, time: time, clock: clock)
        self.clock = clock
    }

    /// The client id for requests: that of the options, of the environment, or of the sign-in.
    ///
    /// - Throws: `account.app` if there is none; an error of the credentials' file.
    public func clientID() throws -> Secret {
        if let app { return app.id }
        if let id = try renewal.kept()?.app?.id { return id }
        throw problem.noApp(hasID: false)
    }

    /// The access token; nil if no account is signed in, so that only public data can be read.
    ///
    /// It is renewed some time before it expires. If the renewal fails while the token is still valid, the token is
    /// used.
    ///
    /// - Throws: `account.ended` if the user has to sign in again; other `account.*`; `StageFailure.transient` for
    ///   transient errors; an error of the credentials' file; `CancellationError`.
    public func token() async throws -> Secret? {
        if let given { return try checked(given) }
        guard let tokens = try current() else { return nil }
        let now = clock.seconds
        let pause = state.withLock { $0.pause } ?? now
        guard tokens.needsRenewal(at: now), tokens.isOver(at: now) || now >= pause else { return tokens.access }
        do {
            return try await renewed(replacing: nil)
        } catch let failure as StageFailure {
            guard !tokens.isOver(at: clock.seconds) else { throw failure }
            state.withLock { $0.pause = clock.seconds + 60 }
            return tokens.access
        }
    }

    /// Another access token in place of one that the service has refused with 401.
    ///
    /// A second caller gets the token that the first has obtained.
    ///
    /// - Parameter old: The token that was refused.
    /// - Returns: Another token; nil if no account is signed in any more.
    /// - Throws: `account.token` if `old` came from the options or the environment; also the errors of `token()`.
    public func token(replacing old: Secret) async throws -> Secret? {
        if given != nil { throw problem.givenToken }
        guard let tokens = try current() else { return nil }
        if tokens.access.revealed != old.revealed, !tokens.needsRenewal(at: clock.seconds) { return tokens.access }
        return try await renewed(replacing: old)
    }

    /// Records that the service has accepted a token.
    public func noteAccepted(_ token: Secret) {
        state.withLock { _ = $0.accepted.insert(Self.digest(of: token, named: "accepted")) }
    }

    /// Whether the service has accepted this token before.
    public func wasAccepted(_ token: Secret) -> Bool {
        state.withLock { $0.accepted.contains(Self.digest(of: token, named: "accepted")) }
    }

    /// The account's name in URLs; nil if the token was given, or the sign-in does not contain the name.
    public var user: String? { given == nil ? (try? current())?.user : nil }

    /// A digest that identifies the given token without revealing it; nil if none was given.
    public var givenToken: String? {
        given.map { Self.digest(of: $0, named: "\(renewal.service.name) token") }
    }

    /// A digest that identifies a token without revealing it.
    private static func digest(of token: Secret, named name: String) -> String {
        var digest = CacheKeyDigest()
        digest.add(name)
        digest.add(token.revealed)
        return digest.key.text
    }

    /// The error that access to an account is needed, and none is signed in.
    public var notSignedIn: Diagnostic { problem.notSignedIn }

    private func checked(_ given: Secret) throws -> Secret {
        guard TokenAnswer.isToken(given.revealed) else { throw problem.malformedToken }
        return given
    }

    /// The current tokens: those in memory, or else those in the file.
    private func current() throws -> OAuthTokens? {
        let (held, ended) = state.withLock { ($0.tokens, $0.ended) }
        if let held, ended == nil { return held }
        let kept = try renewal.kept()
        // The user may have signed in in the meantime.
        if let ended, let kept, kept.access.revealed == ended.access.revealed { throw ended.problem }
        state.withLock { state in
            state.tokens = kept
            state.ended = nil
        }
        return kept
    }

    private func renewed(replacing old: Secret?) async throws -> Secret {
        while true {
            let (task, isOwn) = state.withLock { state in
                if let task = state.renewal { return (task, false) }
                // A separate task, so that the cancellation of one caller does not affect the others.
                let task = Task { try await self.renew(replacing: old) }
                state.renewal = task
                return (task, true)
            }
            do {
                let tokens = try await withTaskCancellationHandler {
                    try await task.value
                } onCancel: {
                    task.cancel()
                }
                // The caller that started it may not have known that this token was refused. A service may return the
                // same token for every renewal of its own: another request would return it again.
                if isOwn || tokens.access.revealed != old?.revealed { return tokens.access }
            } catch is CancellationError where task.isCancelled && !Task.isCancelled {
                // Another caller was cancelled, and the task with it.
                continue
            }
        }
    }

    private func renew(replacing old: Secret?) async throws -> OAuthTokens {
        defer { state.withLock { $0.renewal = nil } }
        do {
            let tokens = try await renewal.tokens(replacing: old)
            state.withLock { state in
                state.tokens = tokens
                state.pause = nil
            }
            return tokens
        } catch let ended as Diagnostic where ended.code == "account.ended" {
            // If it cannot be read now, it is requested again, at the cost of one request.
            if let access = try? renewal.kept()?.access { state.withLock { $0.ended = (access, ended) } }
            throw ended
        }
    }
}
