internal import Diagnostics
internal import Formats
package import PluginKit
package import Accounts

/// A Trakt account that a person signs in to, with a code that they enter on Trakt's page.
package struct TraktAccount: AccountService {
    package static let name = "trakt"
    package static let summary = "Signs in to a Trakt account, so that pipelines may read what is not public."
    package static let details = """
        `login` shows an address and a code, and waits until the code was entered there; `status` says who is signed in \
        and until when; `logout` has Trakt take the leave back and forgets it.

        Trakt wants to know which app asks: `TRAKT_CLIENT_ID` and `TRAKT_CLIENT_SECRET` in the environment. They are kept \
        with the sign-in, in `$XDG_CONFIG_HOME/sprocket/trakt.json` or `~/.config/sprocket/trakt.json`, which only its \
        user may read. Apps are made at https://app.trakt.tv/settings/apps by VIP accounts; the source `trakt-export` \
        needs none.
        """
    package static let example: String? = """
        export TRAKT_CLIENT_ID TRAKT_CLIENT_SECRET
        sprocket auth trakt login
        """

    package struct Options: OptionGroup {
        @Option("Where Trakt's API is.")
        package var api = TraktServers.api

        @Option("Where Trakt's sign-in server is.")
        package var auth = TraktServers.auth

        package init() {}
    }

    private let options: Options
    private let context: AccountContext
    private let account: String

    package init(_ options: Options, in context: AccountContext) {
        self.options = options
        self.context = context
        account = TokenRenewal.account(options.auth)
    }

    /// What is kept; nil if nobody is signed in.
    private func kept() throws(Diagnostic) -> TraktTokens? {
        try context.credentials.credential(of: account).flatMap { TraktTokens($0) }
    }

    // MARK: Signing in

    package func signIn() async throws {
        // What cannot be written later is found out before the person has entered anything.
        let before = try kept()
        guard let app = TraktApp(environment: context.environment) ?? before?.app else {
            throw AccountProblem.noApp(hasID: false)
        }
        guard app.secret != nil else { throw AccountProblem.noApp(hasID: true) }
        let client = OAuthClient(options.auth, app, context.http, context.time)
        let code = try await DeviceCode(client)
        context.say("Open \(code.page) in a browser, sign in to Trakt, and enter the code")
        context.say("")
        context.say("    \(code.code)")
        context.say("")
        context.say("It is valid for \(Self.words(code.lifetime)). Waiting …")
        let answer = try await code.tokens(client, context.time)
        var tokens = TraktTokens(answer, for: app, at: context.clock.seconds)
        try await keep(tokens)
        do {
            tokens.user = try await user(app, tokens.access)
            try await keep(tokens)
        } catch let problem where !(problem is CancellationError) {
            // The sign-in is complete; only its name is missing.
            let reason = (problem as? StageFailure)?.diagnostic ?? problem as? Diagnostic
            context.say("whose account it is could not be asked: \(reason?.message ?? "\(problem)")")
        }
        context.say("Signed in" + (tokens.user.map { " as \($0)" } ?? "") + ".")
    }

    private func keep(_ tokens: TraktTokens) async throws {
        try await context.credentials.withLock(time: context.time) { held in
            try held.replace(tokens.credential, of: account)
        }
    }

    /// The account's name in addresses; nil if the answer does not hold it.
    private func user(_ app: TraktApp, _ token: Secret) async throws -> String? {
        let request = HTTPRequest(
            .get,
            options.api.appending(["users", "settings"]),
            headers: OAuthClient.headers(app, token: token),
            limits: HTTPLimits(bodyBytes: 1 << 20)
        )
        return try await context.http.send(request) { [api = options.api] response in
            guard response.status == 200 else { throw AccountProblem.answer(response, from: api) }
            guard let value = try? JSONValue(parsing: response.body, name: "answer") else {
                throw AccountProblem.unreadable(api)
            }
            return value["user"]?["ids"]?["slug"]?.string.flatMap { slug in
                TokenAnswer.isToken(slug) && slug.utf8.count <= 200 ? slug : nil
            }
        }
    }

    /// A length of time for people: `10 minutes`.
    private static func words(_ duration: Duration) -> String {
        let seconds = duration.wholeSeconds
        return seconds % 60 == 0 && seconds > 60 ? Int(seconds / 60).counted("minute") : Int(seconds).counted("second")
    }

    // MARK: Status

    package func status() async throws -> AccountStatus {
        var status = AccountStatus(isSignedIn: false, server: options.auth.origin)
        if TraktApp.filled(context.environment["TRAKT_ACCESS_TOKEN"].map { Secret($0) }) != nil {
            status.remarks.append("TRAKT_ACCESS_TOKEN is set: runs use that token, and not this sign-in")
        }
        guard let tokens = try kept() else { return status }
        let canRenew = tokens.refresh != nil && TraktApp(tokens, or: nil)?.secret != nil
        status.isSignedIn = canRenew || !tokens.isOver(at: context.clock.seconds)
        status.user = tokens.user
        status.file = try context.credentials.path
        status.since = tokens.signedIn
        status.until = tokens.end
        status.isRenewed = canRenew
        if let app = TraktApp(environment: context.environment), app.id.revealed != tokens.app?.id.revealed {
            status.remarks.append(
                "TRAKT_CLIENT_ID is another app than the one that has signed in: sign in again to use it"
            )
        }
        if let begun = tokens.renewalBegun {
            status.remarks.append(
                "a renewal was begun at \(AccountProblem.time(begun)) and its answer never stored: the next run will tell "
                    + "whether the sign-in still holds"
            )
        }
        return status
    }

    // MARK: Signing out

    package func signOut() async throws {
        guard try kept() != nil else {
            context.say("Nobody is signed in.")
            return
        }
        try await context.credentials.withLock(time: context.time) { held in
            guard let tokens = try held.credential(of: account).flatMap({ TraktTokens($0) }) else { return }
            let problem = await revoke(tokens)
            try held.replace(nil, of: account)
            if let problem { throw problem }
        }
        context.say("Signed out.")
    }

    /// Has Trakt take the tokens back.
    ///
    /// - Returns: Why that is not certain; nil if it is done.
    private func revoke(_ tokens: TraktTokens) async -> Diagnostic? {
        guard let app = TraktApp(tokens, or: TraktApp(environment: context.environment)) else {
            return Self.notRevoked(tokens, AccountProblem.noApp(hasID: false))
        }
        let client = OAuthClient(options.auth, app, context.http, context.time)
        var reason: Diagnostic?
        for attempt in 1...3 {
            do {
                try await client.ask(["revoke"], ["token": tokens.access.revealed]) { [auth = options.auth] response in
                    guard 200...299 ~= response.status else { throw AccountProblem.answer(response, from: auth) }
                }
                return nil
            } catch let failure as StageFailure {
                reason = failure.diagnostic
                do {
                    if attempt < 3 { try await context.time.sleep(until: context.time.now + .seconds(attempt)) }
                } catch {
                    // Whoever is in a hurry is told what is known so far.
                    break
                }
            } catch {
                reason = error as? Diagnostic
                break
            }
        }
        return Self.notRevoked(tokens, reason)
    }

    private static func notRevoked(_ tokens: TraktTokens, _ reason: Diagnostic?) -> Diagnostic {
        let end = tokens.end.map { ", the token itself until \(AccountProblem.time($0))" } ?? ""
        return Diagnostic(
            "account.not-revoked",
            "signed out on this machine only: Trakt did not take the sign-in back"
                + (reason.map { " (\($0.message))" } ?? "") + "; it may hold there\(end)",
            category: .environment,
            hint: "end it on Trakt's own pages, among the connected apps in the settings"
        )
    }
}
