internal import Accounts
internal import PluginKit

/// Who asks: the app, and where its tokens come from.
struct TraktCredentials: Sendable {
    /// Where client id and tokens come from.
    let session: OAuthSession
    /// Who is counted against the limit, as a word that gives nothing away.
    let account: String

    /// What the options name, or else the environment and the sign-in.
    init(_ options: TraktAPISource.Options, auth: HTTPURL, in context: StageContext) {
        let service = TraktSignIn.service(auth)
        session = OAuthSession(
            service,
            settings: OAuthSession.Settings(
                clientID: options.clientId,
                clientSecret: options.clientSecret,
                accessToken: options.accessToken
            ),
            in: context
        )
        let app = OAuthApp(id: options.clientId, variables: service.variables, environment: context.environment)
        // A token changes every week; who is counted does not.
        account = Digest(app?.id.revealed ?? "").text + (options.user == "me" ? " user" : " app")
    }
}
