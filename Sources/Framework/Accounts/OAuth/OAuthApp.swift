public import PluginKit

/// The app that a service knows a program by.
///
/// Users make their own: none is shipped.
public struct OAuthApp: Sendable {
    /// Its client id.
    public let id: Secret
    /// Its client secret; nil if it has none, or none is needed for what is done.
    public let secret: Secret?

    /// An app.
    public init(id: Secret, secret: Secret?) {
        self.id = id
        self.secret = secret
    }

    /// The app that options name, or else the environment; nil for none.
    ///
    /// An empty text is none. A secret belongs to the id that it was given with, so the environment's secret counts only
    /// if its id does, or is the same.
    ///
    /// - Parameters:
    ///   - id: The client id of the options.
    ///   - secret: The secret of the options.
    ///   - variables: What the variables are called.
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

    /// The text, unless it is empty: `"${env:NAME:-}"` is how a file says that there may be none.
    public static func filled(_ secret: Secret?) -> Secret? { secret.flatMap { $0.revealed.isEmpty ? nil : $0 } }
}
