internal import Accounts
internal import PluginKit

/// The app and the source of its tokens.
struct TraktCredentials: Sendable {
    /// The source of client id and tokens.
    let session: OAuthSession
    /// The account or app that the limit counts, as a digest.
    let account: String

    /// The credentials of the options, or else of the environment and the sign-in.
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
        // A token changes every week; the counted account does not.
        account = Digest(app?.id.revealed ?? "").text + (options.user == "me" ? " user" : " app")
    }
}
