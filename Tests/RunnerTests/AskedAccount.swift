import PluginTestKit
import SampleExport
import TraktServer

/// An account at a stand-in for Trakt, for pipelines that keep what they are told.
struct AskedAccount {
    private let server: TraktServer

    /// An account with so many plays of films.
    init(plays: Int) throws {
        var size = AccountSize(plays: plays)
        size.episodePlays = 0
        server = try TraktServer(account: TraktAccount(size))
    }

    /// A source that reads the plays, ten with each request.
    var source: String {
        """
        [[source]]
        use = "trakt"
        data = "history"
        page_size = 10
        api = "\(server.url)"
        auth = "\(server.authURL)"
        """
    }

    /// What the program needs to know to ask; `folder` is one for its tokens.
    func environment(_ folder: TemporaryFolder, _ more: [String: String] = [:]) -> [String: String] {
        let own = [
            "TRAKT_CLIENT_ID": "test-client", "TRAKT_CLIENT_SECRET": "test-secret", "TRAKT_ACCESS_TOKEN": "test-access",
            "XDG_CONFIG_HOME": folder.path("config"), "NO_PROXY": "*",
        ]
        return own.merging(more) { $1 }
    }

    /// What was asked for since the requests were forgotten.
    var requests: [String] { server.requests.map(\.target) }

    /// How many different things were asked for since the requests were forgotten.
    var askedFor: Int { Set(requests).count }

    /// Forgets what was asked for.
    func forgetRequests() { server.forgetRequests() }
}
