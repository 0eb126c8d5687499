internal import Diagnostics
internal import PluginKit

/// Where Trakt's servers are (documentation of July 2026), for all who are told nothing else.
enum TraktServers {
    /// The API.
    static let api = address("https://api.trakt.tv")
    /// Signing in, renewing and revoking; the paths begin with `/oauth`.
    static let auth = address("https://auth.trakt.tv")

    private static func address(_ text: String) -> HTTPURL {
        do throws(Diagnostic) { return try HTTPURL(text) } catch { preconditionFailure(error.message) }
    }
}
