public import Diagnostics
internal import Formats
public import PluginKit

/// The right to read somebody's data: hands out the access token, and renews it when its time is over.
///
///     let token = try await session.token()                       // nil: only public data
///     …
///     if response.status == 401, let token {
///         again = try await session.token(replacing: token)       // a new one, or a Diagnostic
///     }
///
/// A token that was given (an option, or a variable of the environment) is used as it is, never stored and never renewed. Otherwise
/// there are those that `sprocket auth NAME login` has left. Many may ask at once: one renews, and all get what it has got.
public final class OAuthSession: Sendable {
    /// What a session is made from; where something is nil or empty, the environment counts.
    public struct Settings: Sendable {
        /// The app's client id.
        public var clientID: Secret?
        /// The app's client secret.
        public var clientSecret: Secret?
        /// A token that was got elsewhere.
        public var accessToken: Secret?

        /// Settings; what is left out, the environment states.
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
        /// What was handed out last.
        var tokens: OAuthTokens?
        var renewal: Task<OAuthTokens, any Error>?
        /// The access token that the service does not renew, and what it has said.
        var ended: (access: Secret, problem: Diagnostic)?
        /// The tokens that the service has accepted, as digests that tell them apart.
        var accepted: Set<String> = []
        /// After a renewal that may succeed later: when to try again, while the token still holds.
        var pause: Int64?
    }

    private let given: Secret?
    private let app: OAuthApp?
    private let renewal: TokenRenewal
    private let problem: OAuthProblem
    private let clock: WallClock
    private let state = Locked(State())

    /// A session of a stage; it opens and asks nothing yet.
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

    /// The client id that requests name: that of the options, of the environment, or of the sign-in.
    ///
    /// - Throws: `account.app` if there is none; what is wrong with the credentials' file.
    public func clientID() throws -> Secret {
        if let app { return app.id }
        if let id = try renewal.kept()?.app?.id { return id }
        throw problem.noApp(hasID: false)
    }

    /// The access token to read with; nil if nobody is signed in, so that only public data can be read.
    ///
    /// It is renewed some time before its end. If that does not work out now and the token still holds, it is used.
    ///
    /// - Throws: `account.ended` if the person must sign in again; other `account.*`; `StageFailure.transient` for what may
    ///   pass; what is wrong with the credentials' file; `CancellationError`.
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
    /// Whoever comes second gets the token that the first has got.
    ///
    /// - Parameter old: The token that was refused.
    /// - Returns: Another one; nil if nobody is signed in any more.
    /// - Throws: `account.token` if `old` was given and not made here; as `token()` besides.
    public func token(replacing old: Secret) async throws -> Secret? {
        if given != nil { throw problem.givenToken }
        guard let tokens = try current() else { return nil }
        if tokens.access.revealed != old.revealed, !tokens.needsRenewal(at: clock.seconds) { return tokens.access }
        return try await renewed(replacing: old)
    }

    /// Notes that the service has accepted a token.
    public func noteAccepted(_ token: Secret) {
        state.withLock { _ = $0.accepted.insert(Self.digest(of: token, named: "accepted")) }
    }

    /// Whether the service has accepted this token before.
    public func wasAccepted(_ token: Secret) -> Bool {
        state.withLock { $0.accepted.contains(Self.digest(of: token, named: "accepted")) }
    }

    /// The name in addresses of the account that is signed in; nil if the token was given, or the sign-in does not have it.
    public var user: String? { given == nil ? (try? current())?.user : nil }

    /// What distinguishes the token that was given from others, and gives nothing away; nil if none was given.
    public var givenToken: String? {
        given.map { Self.digest(of: $0, named: "\(renewal.service.name) token") }
    }

    /// A text that distinguishes a token from others, and gives nothing away.
    private static func digest(of token: Secret, named name: String) -> String {
        var digest = CacheKeyDigest()
        digest.add(name)
        digest.add(token.revealed)
        return digest.key.text
    }

    /// That somebody's own data is wanted, and nobody is signed in.
    public var notSignedIn: Diagnostic { problem.notSignedIn }

    private func checked(_ given: Secret) throws -> Secret {
        guard TokenAnswer.isToken(given.revealed) else { throw problem.malformedToken }
        return given
    }

    /// The tokens to go by: those at hand, or else those of the file.
    private func current() throws -> OAuthTokens? {
        let (held, ended) = state.withLock { ($0.tokens, $0.ended) }
        if let held, ended == nil { return held }
        let kept = try renewal.kept()
        // The person may have signed in meanwhile.
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
                // A task of its own, so that one caller's end is not everybody's.
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
                // The caller that began it may not have known that this token was refused. Of a renewal of its own, a
                // service may give the same token again: asking once more would give it once more.
                if isOwn || tokens.access.revealed != old?.revealed { return tokens.access }
            } catch is CancellationError where task.isCancelled && !Task.isCancelled {
                // Another caller has ended, and the task with it.
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
            // What cannot be read now is asked about again, at the cost of one request.
            if let access = try? renewal.kept()?.access { state.withLock { $0.ended = (access, ended) } }
            throw ended
        }
    }
}
