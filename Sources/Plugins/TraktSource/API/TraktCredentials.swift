internal import PluginKit

/// Who asks: the app, and where its tokens come from.
struct TraktCredentials: Sendable {
    /// The app; nil if none is named.
    let clientID: Secret?
    /// Where tokens come from.
    let authorization: any TraktAuthorization
    /// Who is counted against the limit, as a word that gives nothing away.
    let account: String

    /// What the options name, or else the environment.
    init(_ options: TraktAPISource.Options, auth: HTTPURL, in context: StageContext) {
        func given(_ option: Secret, _ variable: String) -> Secret? {
            if !option.revealed.isEmpty { return option }
            return context.environment[variable].flatMap { $0.isEmpty ? nil : Secret($0) }
        }
        clientID = given(options.clientId, "TRAKT_CLIENT_ID")
        let token = given(options.accessToken, "TRAKT_ACCESS_TOKEN")
        authorization = GivenToken(given: token)
        // A token changes every week; who is counted does not.
        account = Digest(clientID?.revealed ?? "").text + (options.user == "me" ? " user" : " app")
    }
}
