package import PluginKit

/// A service that gives out tokens (OAuth 2.0, RFC 6749): where its endpoints are, and what is its own about them.
///
/// A service that keeps to the standards needs names and addresses only:
///
///     OAuthService(
///         name: "films", title: "Films", variables: .init(id: "FILMS_CLIENT_ID", secret: nil, token: "FILMS_TOKEN"),
///         device: try HTTPURL("https://auth.films.test/device"), token: try HTTPURL("https://auth.films.test/token")
///     )
package struct OAuthService: Sendable {
    /// How the fields of a request are written.
    package enum Encoding: Sendable, Hashable {
        /// As a form, as the standards say.
        case form
        /// As a JSON object of texts.
        case json
    }

    /// What is asked.
    package enum Question: Sendable, Hashable {
        /// A code that the person enters elsewhere (RFC 8628 §3.1).
        case deviceCode
        /// Whether they have entered it (RFC 8628 §3.4).
        case deviceToken
        /// A new token for an old one (RFC 6749 §6).
        case refresh
        /// The end of a token (RFC 7009).
        case revocation
    }

    /// What the service is called in commands: `sprocket auth NAME login`.
    package let name: String
    /// What people call it.
    package let title: String
    /// Where apps and tokens are named.
    package let variables: OAuthVariables
    /// Where a code for a person is asked for.
    package let device: HTTPURL
    /// Where tokens are asked for and renewed.
    package let token: HTTPURL
    /// Where it is asked whether a device code was entered.
    ///
    /// Default: `token`.
    package var deviceToken: HTTPURL
    /// Where a token is ended; nil if that is not possible.
    package let revocation: HTTPURL?
    /// What a sign-in is called in the file of credentials, which may hold several of one service.
    ///
    /// Default: scheme, host and
    /// port of `token`.
    package var account: String
    /// How requests are written.
    ///
    /// Default: as a form.
    package var encoding = Encoding.form
    /// The least time between two requests.
    ///
    /// Default: none.
    package var pace = Duration.zero
    /// What is asked for (`scope`), words with blanks between them; nil for what the service gives by itself.
    package var scope: String?
    /// Where apps are made, or what to do without one; a hint in messages about apps.
    package var appHint: String?
    /// What all requests have in their header.
    package var headers: @Sendable (OAuthApp) -> HTTPHeaders = { _ in HTTPHeaders() }
    /// The fields that ask whether a device code was entered.
    ///
    /// Default: those of RFC 8628 §3.4.
    package var deviceFields: @Sendable (_ code: Secret) -> [(name: String, value: String)] = { code in
        [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", code.revealed)]
    }
    /// Fields that a refresh has besides those of RFC 6749 §6.
    package var refreshFields: [(name: String, value: String)] = []
    /// What an answer means where the service differs from the standards; nil for what they say.
    package var reading: @Sendable (HTTPResponse, Question) -> OAuthVerdict? = { _, _ in nil }

    /// A service that keeps to the standards, unless the other properties say otherwise.
    package init(
        name: String,
        title: String,
        variables: OAuthVariables,
        device: HTTPURL,
        token: HTTPURL,
        revocation: HTTPURL? = nil
    ) {
        self.name = name
        self.title = title
        self.variables = variables
        self.device = device
        self.token = token
        self.revocation = revocation
        deviceToken = token
        account = token.origin
    }

    /// Where it is, in messages.
    var origin: String { token.origin }
}
