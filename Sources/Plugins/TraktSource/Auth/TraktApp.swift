package import PluginKit

/// The app that Trakt knows a program by.
///
/// Everybody makes their own: none is shipped.
package struct TraktApp: Sendable {
    /// Its client id.
    package let id: Secret
    /// Its client secret; nil if only public data is read.
    package let secret: Secret?

    /// The app that options name, or else the environment's `TRAKT_CLIENT_ID` and `TRAKT_CLIENT_SECRET`; nil for none.
    ///
    /// An empty text is none. A secret belongs to the id that it was given with, so the environment's secret counts only
    /// if its id does, or is the same.
    package init?(id: Secret? = nil, secret: Secret? = nil, environment: [String: String]) {
        let known = Self.filled(environment["TRAKT_CLIENT_ID"].map { Secret($0) })
        guard let id = Self.filled(id) ?? known else { return nil }
        let isKnown = known?.revealed == id.revealed
        let knownSecret = isKnown ? Self.filled(environment["TRAKT_CLIENT_SECRET"].map { Secret($0) }) : nil
        self.init(id: id, secret: Self.filled(secret) ?? knownSecret)
    }

    package init(id: Secret, secret: Secret?) {
        self.id = id
        self.secret = secret
    }

    /// The text, unless it is empty: `"${env:NAME:-}"` is how a file says that there may be none.
    static func filled(_ secret: Secret?) -> Secret? { secret.flatMap { $0.revealed.isEmpty ? nil : $0 } }
}
