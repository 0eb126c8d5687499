/// Where people give an app and a token: variables of the environment, and an option.
public struct OAuthVariables: Sendable, Hashable {
    /// The app's client id.
    public let id: String
    /// The app's client secret; nil for a service whose apps have none.
    public let secret: String?
    /// An access token that was got elsewhere.
    public let token: String
    /// The option of the plugin's stages that takes such a token, too; nil if there is none.
    public let tokenOption: String?

    /// The names of variables, and of an option.
    public init(id: String, secret: String?, token: String, tokenOption: String? = nil) {
        self.id = id
        self.secret = secret
        self.token = token
        self.tokenOption = tokenOption
    }

    /// Where an access token may have been given, for people: `access_token or TRAKT_ACCESS_TOKEN`.
    var tokenPlaces: String { tokenOption.map { "\($0) or \(token)" } ?? token }
}
