public import PluginKit

/// A service that issues tokens (OAuth 2.0, RFC 6749): its endpoints, and its deviations from the standards.
///
/// A service that follows the standards needs only names and addresses:
///
///     OAuthService(
///         name: "films", title: "Films", variables: .init(id: "FILMS_CLIENT_ID", secret: nil, token: "FILMS_TOKEN"),
///         device: try HTTPURL("https://auth.films.test/device"), token: try HTTPURL("https://auth.films.test/token")
///     )
public struct OAuthService: Sendable {
    /// How the fields of a request are written.
    public enum Encoding: Sendable, Hashable {
        /// As a form, as in the standards.
        case form
        /// As a JSON object of strings.
        case json
    }

    /// The kind of request.
    public enum Question: Sendable, Hashable {
        /// Requests a code that the user enters elsewhere (RFC 8628 §3.1).
        case deviceCode
        /// Polls whether the code has been entered (RFC 8628 §3.4).
        case deviceToken
        /// Exchanges a refresh token for new tokens (RFC 6749 §6).
        case refresh
        /// Revokes a token (RFC 7009).
        case revocation
    }

    /// The name of the service in commands: `sprocket auth NAME login`.
    public let name: String
    /// The name of the service in messages.
    public let title: String
    /// The names of variables for apps and tokens.
    public let variables: OAuthVariables
    /// The endpoint that issues device codes.
    public let device: HTTPURL
    /// The endpoint that issues and renews tokens.
    public let token: HTTPURL
    /// The endpoint that is polled for the tokens of a device code.
    ///
    /// Default: `token`.
    public var deviceToken: HTTPURL
    /// The endpoint that revokes tokens; nil if there is none.
    public let revocation: HTTPURL?
    /// The name of a sign-in in the file of credentials, which may contain several of one service.
    ///
    /// Default: scheme, host and port of `token`.
    public var account: String
    /// The encoding of requests.
    ///
    /// Default: as a form.
    public var encoding = Encoding.form
    /// The shortest time between two requests.
    ///
    /// Default: 0 s.
    public var pace = Duration.zero
    /// The requested scope (`scope`), words separated by blanks; nil for the service's default.
    public var scope: String?
    /// Where apps are registered, or what to do without one; a hint in messages about apps.
    public var appHint: String?
    /// The headers of all requests.
    public var headers: @Sendable (OAuthApp) -> HTTPHeaders = { _ in HTTPHeaders() }
    /// The fields of the requests that poll for the tokens of a device code.
    ///
    /// Default: those of RFC 8628 §3.4.
    public var deviceFields: @Sendable (_ code: Secret) -> [(name: String, value: String)] = { code in
        [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", code.revealed)]
    }
    /// Fields of a refresh in addition to those of RFC 6749 §6.
    public var refreshFields: [(name: String, value: String)] = []
    /// The meaning of an answer, if the service differs from the standards; nil to apply the standards.
    public var reading: @Sendable (HTTPResponse, Question) -> OAuthVerdict? = { _, _ in nil }

    /// Creates a service that follows the standards, except where the other properties differ.
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

    /// Its address in messages.
    var origin: String { token.origin }
}
