public import PluginKit

/// A service that gives out tokens (OAuth 2.0, RFC 6749): where its endpoints are, and what is its own about them.
///
/// A service that keeps to the standards needs names and addresses only:
///
///     OAuthService(
///         name: "films", title: "Films", variables: .init(id: "FILMS_CLIENT_ID", secret: nil, token: "FILMS_TOKEN"),
///         device: try HTTPURL("https://auth.films.test/device"), token: try HTTPURL("https://auth.films.test/token")
///     )
public struct OAuthService: Sendable {
    /// How the fields of a request are written.
    public enum Encoding: Sendable, Hashable {
        /// As a form, as the standards say.
        case form
        /// As a JSON object of texts.
        case json
    }

    /// What is asked.
    public enum Question: Sendable, Hashable {
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
    public let name: String
    /// What people call it.
    public let title: String
    /// Where apps and tokens are named.
    public let variables: OAuthVariables
    /// Where a code for a person is asked for.
    public let device: HTTPURL
    /// Where tokens are asked for and renewed.
    public let token: HTTPURL
    /// Where it is asked whether a device code was entered.
    ///
    /// Default: `token`.
    public var deviceToken: HTTPURL
    /// Where a token is ended; nil if that is not possible.
    public let revocation: HTTPURL?
    /// What a sign-in is called in the file of credentials, which may hold several of one service.
    ///
    /// Default: scheme, host and
    /// port of `token`.
    public var account: String
    /// How requests are written.
    ///
    /// Default: as a form.
    public var encoding = Encoding.form
    /// The least time between two requests.
    ///
    /// Default: none.
    public var pace = Duration.zero
    /// What is asked for (`scope`), words with blanks between them; nil for what the service gives by itself.
    public var scope: String?
    /// Where apps are made, or what to do without one; a hint in messages about apps.
    public var appHint: String?
    /// What all requests have in their header.
    public var headers: @Sendable (OAuthApp) -> HTTPHeaders = { _ in HTTPHeaders() }
    /// The fields that ask whether a device code was entered.
    ///
    /// Default: those of RFC 8628 §3.4.
    public var deviceFields: @Sendable (_ code: Secret) -> [(name: String, value: String)] = { code in
        [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", code.revealed)]
    }
    /// Fields that a refresh has besides those of RFC 6749 §6.
    public var refreshFields: [(name: String, value: String)] = []
    /// What an answer means where the service differs from the standards; nil for what they say.
    public var reading: @Sendable (HTTPResponse, Question) -> OAuthVerdict? = { _, _ in nil }

    /// A service that keeps to the standards, unless the other properties say otherwise.
    public init(
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
