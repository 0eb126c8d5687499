internal import Diagnostics
public import PluginKit

/// A user's account at a service that issues tokens: sign-in with a code, status, and sign-out.
///
/// It implements the functions of an `AccountService` for such a service; only the name of the account, if there is
/// one, is requested in the service's own way.
public struct OAuthAccount: Sendable {
    private let service: OAuthService
    private let context: AccountContext

    /// A person's account at a service.
    public init(_ service: OAuthService, in context: AccountContext) {
        self.service = service
        self.context = context
    }

    private var problem: OAuthProblem { OAuthProblem(service) }
    private var app: OAuthApp? { OAuthApp(variables: service.variables, environment: context.environment) }

    /// The stored tokens; nil if no account is signed in.
    private func kept() throws(Diagnostic) -> OAuthTokens? {
        try context.credentials.credential(of: service.account).flatMap { OAuthTokens($0) }
    }

    // MARK: Signing in

    /// Signs the user in; see `AccountService`.
    ///
    /// - Parameter user: Requests the name of the account, with an app and an access token; nil if the answer does not
    ///   contain it.
    /// - Throws: `account.*`, `http.*`, an error of the credentials' file, `CancellationError`.
    public func signIn(user: (OAuthApp, Secret) async throws -> String? = { _, _ in nil }) async throws {
        // An unwritable file is detected before the user has entered anything.
        let before = try kept()
        guard let app = app ?? before?.app else { throw problem.noApp(hasID: false) }
        guard app.secret != nil || service.variables.secret == nil else { throw problem.noApp(hasID: true) }
        let client = OAuthClient(service, app: app, http: context.http, time: context.time)
        let code = try await DeviceCode(client)
        context.say("Open \(code.page) in a browser, sign in to \(service.title), and enter the code")
        context.say("")
        context.say("    \(code.code)")
        context.say("")
        context.say("It is valid for \(Self.words(code.lifetime)). Waiting …")
        let answer = try await code.tokens(client, time: context.time)
        var tokens = OAuthTokens(answer, for: app, at: context.clock.seconds)
        try await keep(tokens)
        do {
            tokens.user = try await user(app, tokens.access)
            try await keep(tokens)
        } catch let problem where !(problem is CancellationError) {
            // The sign-in is complete; only its name is missing.
            let reason = (problem as? StageFailure)?.diagnostic ?? problem as? Diagnostic
            context.say("the name of the account could not be requested: \(reason?.message ?? "\(problem)")")
        }
        context.say("Signed in" + (tokens.user.map { " as \($0)" } ?? "") + ".")
    }

    private func keep(_ tokens: OAuthTokens) async throws {
        try await context.credentials.withLock(time: context.time) { held in
            try held.replace(tokens.credential, of: service.account)
        }
    }

    /// A duration as text: `10 minutes`.
    private static func words(_ duration: Duration) -> String {
        let seconds = duration.wholeSeconds
        return seconds % 60 == 0 && seconds > 60 ? Int(seconds / 60).counted("minute") : Int(seconds).counted("second")
    }

    // MARK: Status

    /// The known state of the sign-in, without a request to the service.
    ///
    /// - Throws: An error of the credentials' file.
    public func status() throws -> AccountStatus {
        var status = AccountStatus(isSignedIn: false, server: service.origin)
        let names = service.variables
        if OAuthApp.filled(context.environment[names.token].map { Secret($0) }) != nil {
            status.remarks.append("\(names.token) is set: runs use that token, not this sign-in")
        }
        guard let tokens = try kept() else { return status }
        let owner = OAuthApp(tokens, or: nil)
        let canRenew = tokens.refresh != nil && owner != nil && (owner?.secret != nil || names.secret == nil)
        status.isSignedIn = canRenew || !tokens.isOver(at: context.clock.seconds)
        status.user = tokens.user
        status.file = try context.credentials.path
        status.since = tokens.signedIn
        status.until = tokens.end
        status.isRenewed = canRenew
        if let app, app.id.revealed != tokens.app?.id.revealed {
            status.remarks.append(
                "\(names.id) is not the app that signed in: sign in again to use it"
            )
        }
        if let begun = tokens.renewalBegun {
            status.remarks.append(
                "a renewal was started at \(OAuthProblem.time(begun)) and its answer never stored: the next run will "
                    + "show whether the sign-in is still valid"
            )
        }
        return status
    }

    // MARK: Signing out

    /// Ends the sign-in, at the service and on this machine; does nothing if there is no sign-in.
    ///
    /// - Throws: `account.not-revoked`, and an error of the credentials' file.
    public func signOut() async throws {
        guard try kept() != nil else {
            context.say("Not signed in.")
            return
        }
        try await context.credentials.withLock(time: context.time) { held in
            guard let tokens = try held.credential(of: service.account).flatMap({ OAuthTokens($0) }) else { return }
            let problem = await revoke(tokens)
            try held.replace(nil, of: service.account)
            if let problem { throw problem }
        }
        context.say("Signed out.")
    }

    /// Revokes the tokens at the service, if possible.
    ///
    /// - Returns: Why the revocation is not certain; nil if it succeeded.
    private func revoke(_ tokens: OAuthTokens) async -> Diagnostic? {
        guard let url = service.revocation else { return problem.notRevoked(until: tokens.end, because: nil) }
        guard let app = OAuthApp(tokens, or: app) else {
            return problem.notRevoked(until: tokens.end, because: problem.noApp(hasID: false))
        }
        let client = OAuthClient(service, app: app, http: context.http, time: context.time)
        let fields = [(name: "token", value: tokens.access.revealed)]
        var reason: Diagnostic?
        for attempt in 1...3 {
            do {
                try await client.ask(.revocation, at: url, fields: fields) { [problem] response, verdict in
                    guard case .granted = verdict else { throw problem.problem(verdict, in: response) }
                }
                return nil
            } catch let failure as StageFailure {
                reason = failure.diagnostic
                do {
                    if attempt < 3 { try await context.time.sleep(until: context.time.now + .seconds(attempt)) }
                } catch {
                    // If the process is about to end, this reports what is known so far.
                    break
                }
            } catch {
                reason = error as? Diagnostic
                break
            }
        }
        return problem.notRevoked(until: tokens.end, because: reason)
    }
}
