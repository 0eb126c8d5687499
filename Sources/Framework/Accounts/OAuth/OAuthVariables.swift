/// The names of the settings for an app and a token: variables of the environment, and an option.
public struct OAuthVariables: Sendable, Hashable {
    /// The variable with the app's client id.
    public let id: String
    /// The variable with the app's client secret; nil for a service whose apps have none.
    public let secret: String?
    /// The variable with an access token from elsewhere.
    public let token: String
    /// The option of the plugin's stages that also accepts such a token; nil if there is none.
    public let tokenOption: String?

    /// Creates the names.
    public init(id: String, secret: String?, token: String, tokenOption: String? = nil) {
        self.id = id
        self.secret = secret
        self.token = token
        self.tokenOption = tokenOption
    }

    /// The places where an access token can be given, for messages: `access_token or TRAKT_ACCESS_TOKEN`.
    var tokenPlaces: String { tokenOption.map { "\($0) or \(token)" } ?? token }
}
