import Foundation
import PluginKit
import PluginTestKit
import SampleExport
import TestTags
import Testing
import TraktServer

/// `sprocket auth trakt`, with a server on this machine.
@Suite(.tags(.process, .server, .waits)) struct AuthVerbTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func server() throws -> TraktServer {
        var options = ServerOptions()
        options.pollInterval = .seconds(1)
        return try TraktServer(account: TraktAccount(AccountSize(plays: 10)), options: options)
    }

    private func environment(_ more: [String: String] = [:]) -> [String: String] {
        [
            "XDG_CONFIG_HOME": folder.path("config"), "TRAKT_CLIENT_ID": "test-client",
            "TRAKT_CLIENT_SECRET": "test-secret", "TRAKT_ACCESS_TOKEN": "", "http_proxy": "", "HTTP_PROXY": "",
            "no_proxy": "127.0.0.1",
        ].merging(more) { $1 }
    }

    private func words(_ act: String, _ server: TraktServer, _ more: [String] = []) -> [String] {
        ["auth", "trakt", act, "-D", "api=\(server.url)", "-D", "auth=\(server.authURL)"] + more
    }

    private func run(_ words: [String], _ more: [String: String] = [:]) async throws -> Program.Outcome {
        try await Program.Running(Program.path, words, in: folder.path, environment: environment(more)).ended
    }

    /// Begins to sign in, and waits until a code is asked for.
    private func begin(_ server: TraktServer, _ more: [String] = []) async throws -> (Program.Running, String) {
        let login = try Program.Running(
            Program.path,
            words("login", server, more),
            in: folder.path,
            environment: environment()
        )
        let deadline = ContinuousClock.now + .seconds(30)
        while server.userCodes.isEmpty, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
        return (login, try #require(server.userCodes.last))
    }

    private func signIn(_ server: TraktServer, _ more: [String] = []) async throws -> (Program.Outcome, String) {
        let (login, code) = try await begin(server, more)
        #expect(server.approve(code))
        return (try await login.ended, code)
    }

    private static let file = "config/sprocket/trakt.json"

    @Test(.timeLimit(.minutes(2))) func `a person signs in, sees the name of the account, and signs out`() async throws
    {
        let server = try Self.server()
        defer { server.stop() }
        let (login, code) = try await signIn(server)
        #expect(login.code == 0)
        #expect(login.output.isEmpty)
        let user = server.account.owner.slug
        #expect(
            login.errors == """
                Open \(server.authURL)/activate in a browser, sign in to Trakt, and enter the code

                    \(code)

                It is valid for 10 minutes. Waiting …
                Signed in as \(user).

                """
        )
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(Self.file))
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)

        let status = try await run(words("status", server))
        #expect(status.code == 0)
        #expect(
            status.output.contains(
                try Regex(
                    """
                    ^trakt: signed in as \(user)
                      server  \(NSRegularExpression.escapedPattern(for: server.authURL))
                      since   20[0-9-]+T[0-9:]+Z
                      until   20[0-9-]+T[0-9:]+Z, renewed automatically
                      kept in \(NSRegularExpression.escapedPattern(for: folder.path(Self.file)))
                    $
                    """
                )
            ),
            "\(status.output)"
        )
        let token = try #require(try kept()["access_token"])
        #expect(server.isValid(token))
        for text in [login.errors, status.output, status.errors] {
            for secret in [token, try kept()["refresh_token"] ?? "", "test-secret", "test-client"] {
                #expect(!text.contains(secret))
            }
        }

        // The app is kept with the sign-in.
        let logout = try await run(words("logout", server), ["TRAKT_CLIENT_ID": "", "TRAKT_CLIENT_SECRET": ""])
        #expect(logout.code == 0)
        #expect(logout.errors == "Signed out.\n")
        #expect(!server.isValid(token))
        #expect(folder.files == [Self.file + ".lock"])
        let after = try await run(words("status", server))
        #expect(after.code == 3)
        #expect(
            after.output == """
                trakt: not signed in; to sign in: sprocket auth trakt login
                  server  \(server.authURL)

                """
        )
        #expect(try await run(words("logout", server)).errors == "Not signed in.\n")
    }

    private func kept() throws -> [String: String] {
        struct Kept: Decodable {
            struct Account: Decodable {
                let access_token: String
                let refresh_token: String
            }
            let accounts: [String: Account]
        }
        let kept = try JSONDecoder().decode(Kept.self, from: Data(folder.bytes(of: Self.file)))
        let account = try #require(kept.accounts.values.first)
        return ["access_token": account.access_token, "refresh_token": account.refresh_token]
    }

    @Test(.timeLimit(.minutes(2))) func `with --json every act ends in one object, and the code is shown all the same`()
        async throws
    {
        struct Shown: Decodable {
            struct Status: Decodable {
                let service: String
                let signedIn: Bool
                let renewedAutomatically: Bool
                let user: String?
            }
            let verb: String
            let ok: Bool
            let result: Status
        }
        let server = try Self.server()
        defer { server.stop() }
        let (login, code) = try await signIn(server, ["--json", "-q"])
        #expect(login.errors.contains("    \(code)\n"))
        let shown = try JSONDecoder().decode(Shown.self, from: Data(login.output.utf8))
        #expect(
            shown.verb == "auth" && shown.ok && shown.result.service == "trakt"
                && shown.result.signedIn && shown.result.renewedAutomatically
        )
        #expect(shown.result.user == server.account.owner.slug)
        let logout = try await run(words("logout", server, ["--json"]))
        let after = try JSONDecoder().decode(Shown.self, from: Data(logout.output.utf8))
        #expect(after.ok && !after.result.signedIn)
        let status = try await run(words("status", server, ["--json"]))
        #expect(status.code == 3)
        #expect(try !JSONDecoder().decode(Shown.self, from: Data(status.output.utf8)).ok)
    }

    @Test(.timeLimit(.minutes(1))) func `a user who declines is not signed in`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let (login, code) = try await begin(server)
        server.deny(code)
        let outcome = try await login.ended
        #expect(outcome.code == 3)
        #expect(
            outcome.errors.hasSuffix(
                """
                error[account.denied]: the sign-in was declined on Trakt's page
                  hint: start again: sprocket auth trakt login

                """
            )
        )
        #expect(folder.files.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func `Ctrl-C while waiting leaves nothing`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let (login, code) = try await begin(server)
        login.signal(SIGINT)
        #expect(try await login.ended.code == 130)
        server.approve(code)
        #expect(folder.files.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func `a server that is gone does not keep anybody signed in here`() async throws {
        let server = try Self.server()
        _ = try await signIn(server)
        server.stop()
        let outcome = try await run(words("logout", server))
        #expect(outcome.code == 3)
        #expect(
            outcome.errors.hasPrefix(
                "error[account.not-revoked]: signed out on this machine only: Trakt did not revoke the sign-in"
            )
        )
        #expect(folder.files == [Self.file + ".lock"])
    }

    @Test func `without a server no caller waits for a code`() async throws {
        let outcome = try await run(["auth", "trakt", "login", "-D", "auth=http://127.0.0.1:1"])
        #expect(outcome.code == 3)
        #expect(outcome.errors.hasPrefix("error[http.refused]: http://127.0.0.1:1: nothing listens at this address"))
        #expect(folder.files.isEmpty)
    }

    @Test func `without an app, the message names the way that works for every account`() async throws {
        let outcome = try await run(["auth", "trakt", "login"], ["TRAKT_CLIENT_ID": "", "TRAKT_CLIENT_SECRET": ""])
        #expect(outcome.code == 3)
        #expect(outcome.output.isEmpty)
        #expect(
            outcome.errors.hasPrefix(
                """
                error[account.app]: Trakt requires an app, and TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET are not \
                set
                """
            )
        )
        #expect(outcome.errors.contains("sprocket run trakt-export-to-letterboxd -D export=trakt-export.zip"))
    }

    @Test(arguments: [
        (["auth"], "error[command.operand]: 'sprocket auth' needs a service\n  hint: known: trakt\n"),
        (
            ["auth", "trkat", "login"],
            "error[plugin.unknown]: there is no account 'trkat'\n  hint: did you mean 'trakt'?\n"
        ),
        (
            ["auth", "letterboxd", "login"],
            "error[plugin.unknown]: there is no account 'letterboxd'; 'letterboxd' is a sink\n"
        ),
        (
            ["auth", "trakt"],
            """
            error[command.operand]: 'sprocket auth trakt' does login, status or logout
              hint: sprocket auth trakt login|status|logout

            """
        ),
        (
            ["auth", "trakt", "lgoin"],
            """
            error[command.operand]: 'sprocket auth trakt' does login, status or logout, not 'lgoin'
              hint: did you mean 'login'?

            """
        ),
        (
            ["auth", "trakt", "status", "-D", "client_secret=hush"],
            "error[option.unknown]: there is no option 'client_secret' in account 'trakt'\n  hint: known: api, auth\n"
        ),
        (
            ["auth", "trakt", "status", "-D", "aip=https://x"],
            "error[option.unknown]: there is no option 'aip' in account 'trakt'\n  hint: did you mean 'api'?\n"
        ),
        (
            ["auth", "trakt", "status", "-D", "api=\"${env:HOME}\\"],
            """
            error[url.invalid]: '"${env:HOME}\\' is not an address of a web server
              hint: an address is like https://api.example.org or http://localhost:8080, without a name or password

            """
        ),
    ])
    func `a wrong command line is refused in words, with exit code 2`(words: [String], message: String) async throws {
        let outcome = try await run(words)
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == message)
    }
}
