/// Variables of the environment that name an app and a token.
package struct OAuthVariables: Sendable, Hashable {
    /// The app's client id.
    package let id: String
    /// The app's client secret; nil for a service whose apps have none.
    package let secret: String?
    /// An access token that was got elsewhere.
    package let token: String

    /// The names of variables.
    package init(id: String, secret: String?, token: String) {
        self.id = id
        self.secret = secret
        self.token = token
    }
}
