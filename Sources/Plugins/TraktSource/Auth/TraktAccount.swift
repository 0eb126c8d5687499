internal import Formats
package import PluginKit
package import Accounts

/// A Trakt account that a user signs in to, with a code that they enter on Trakt's page.
package struct TraktAccount: AccountService {
    package static let name = "trakt"
    package static let summary = "Signs in to a Trakt account, so that pipelines may read what is not public."
    package static let details = """
        `login` shows an address and a code, and waits until the code was entered there; `status` shows which \
        account is signed in and until when; `logout` revokes the sign-in at Trakt and deletes it.

        Trakt requires an app: `TRAKT_CLIENT_ID` and `TRAKT_CLIENT_SECRET` in the environment. They are stored with \
        the sign-in, in `$XDG_CONFIG_HOME/sprocket/trakt.json` or `~/.config/sprocket/trakt.json`, which only its \
        user may read. Apps are made at https://app.trakt.tv/settings/apps by VIP accounts; the source \
        `trakt-export` needs none.
        """
    package static let example: String? = """
        export TRAKT_CLIENT_ID TRAKT_CLIENT_SECRET
        sprocket auth trakt login
        """

    package struct Options: OptionGroup {
        @Option("Where Trakt's API is.")
        package var api = TraktServers.api

        @Option("The address of Trakt's sign-in server.")
        package var auth = TraktServers.auth

        package init() {}
    }

    private let options: Options
    private let context: AccountContext
    private let account: OAuthAccount

    package init(_ options: Options, in context: AccountContext) {
        self.options = options
        self.context = context
        account = OAuthAccount(TraktSignIn.service(options.auth), in: context)
    }

    package func signIn() async throws { try await account.signIn { try await user($0, token: $1) } }

    package func status() async throws -> AccountStatus { try account.status() }

    package func signOut() async throws { try await account.signOut() }

    /// The account's name in URLs; nil if the answer does not contain it.
    private func user(_ app: OAuthApp, token: Secret) async throws -> String? {
        let request = HTTPRequest(
            .get,
            url: options.api.appending(["users", "settings"]),
            headers: TraktSignIn.headers(app, token: token),
            limits: HTTPLimits(bodyBytes: 1 << 20)
        )
        return try await context.http.send(request) { [api = options.api] response in
            guard response.status == 200, let value = try? JSONValue(parsing: response.body, name: "answer") else {
                throw TraktSignIn.problem(response, from: api)
            }
            return value["user"]?["ids"]?["slug"]?.string.flatMap { slug in
                TokenAnswer.isToken(slug) && slug.utf8.count <= 200 ? slug : nil
            }
        }
    }
}
