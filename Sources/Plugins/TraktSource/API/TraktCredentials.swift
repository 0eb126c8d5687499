internal import PluginKit

/// Who asks: the app, and where its tokens come from.
struct TraktCredentials: Sendable {
    /// Where client id and tokens come from.
    let session: TraktSession
    /// Who is counted against the limit, as a word that gives nothing away.
    let account: String

    /// What the options name, or else the environment and the sign-in.
    init(_ options: TraktAPISource.Options, auth: HTTPURL, in context: StageContext) {
        session = TraktSession(
            TraktSession.Settings(
                clientID: options.clientId,
                clientSecret: options.clientSecret,
                accessToken: options.accessToken,
                auth: auth
            ),
            in: context
        )
        let app = TraktApp(id: options.clientId, secret: nil, environment: context.environment)
        // A token changes every week; who is counted does not.
        account = Digest(app?.id.revealed ?? "").text + (options.user == "me" ? " user" : " app")
    }
}
