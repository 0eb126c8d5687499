internal import Diagnostics
internal import PluginKit

/// The default addresses of Trakt's servers (documentation of July 2026).
enum TraktServers {
    /// The API.
    static let api = address("https://api.trakt.tv")
    /// The sign-in server, for signing in, renewing and revoking; the paths begin with `/oauth`.
    static let auth = address("https://auth.trakt.tv")

    private static func address(_ text: String) -> HTTPURL {
        do throws(Diagnostic) { return try HTTPURL(text) } catch { preconditionFailure(error.message) }
    }
}
