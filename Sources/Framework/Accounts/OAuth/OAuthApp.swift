public import PluginKit

/// An app that is registered at a service.
///
/// Users register their own: none is shipped.
public struct OAuthApp: Sendable {
    /// Its client id.
    public let id: Secret
    /// Its client secret; nil if it has none, or none is needed.
    public let secret: Secret?

    /// Creates an app.
    public init(id: Secret, secret: Secret?) {
        self.id = id
        self.secret = secret
    }

    /// The app in the options, or else in the environment; nil if there is none.
    ///
    /// An empty text counts as missing. A secret belongs to the id that it was given with, so the environment's secret
    /// is used only with the environment's id or an equal one.
    ///
    /// - Parameters:
    ///   - id: The client id of the options.
    ///   - secret: The secret of the options.
    ///   - variables: The names of the variables.
    ///   - environment: The environment's variables.
    public init?(
        id: Secret? = nil,
        secret: Secret? = nil,
        variables: OAuthVariables,
        environment: [String: String]
    ) {
        let known = Self.filled(environment[variables.id].map { Secret($0) })
        guard let id = Self.filled(id) ?? known else { return nil }
        let isKnown = known?.revealed == id.revealed
        let named = isKnown ? variables.secret.flatMap { environment[$0] }.map { Secret($0) } : nil
        self.init(id: id, secret: Self.filled(secret) ?? Self.filled(named))
    }

    /// The text, unless it is empty: with `"${env:NAME:-}"` a file makes a value optional.
    public static func filled(_ secret: Secret?) -> Secret? { secret.flatMap { $0.revealed.isEmpty ? nil : $0 } }
}
