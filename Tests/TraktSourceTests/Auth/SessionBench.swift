import Accounts
import Diagnostics
import Glibc
import PluginKit
import PluginTestKit
@testable import TraktSource

/// A person who signed in at noon of 2026-01-01, with tokens that hold seven days.
struct SessionBench: Sendable {
    static let noon: Int64 = 1_767_268_800
    static let environment = ["TRAKT_CLIENT_ID": "id-hush", "TRAKT_CLIENT_SECRET": "secret-hush"]

    let folder: TemporaryFolder
    let time: ManualTime
    let clock: WallClock
    let store: CredentialStore

    init(sleepers: ManualTime.Sleepers = .jump, at folder: TemporaryFolder? = nil) throws {
        self.folder = try folder ?? TemporaryFolder(.inMemory)
        time = ManualTime(sleepers: sleepers)
        clock = WallClock(time, showing: Self.noon)
        store = CredentialStore(service: "trakt", folder: self.folder.path("sprocket"))
    }

    var file: String { folder.path("sprocket/trakt.json") }

    /// Signs in by hand.
    func signIn(_ number: Int = 1, lifetime: Int? = 604_800, refresh: Bool = true, begun: Int64? = nil) throws {
        let fields = [
            #""client_id":"id-hush","client_secret":"secret-hush","signed_in_at":\#(Self.noon)"#,
            #""access_token":"access-\#(number)""#,
            refresh ? #""refresh_token":"refresh-\#(number)""# : nil,
            #""created_at":\#(Self.noon)"#, lifetime.map { #""expires_in":\#($0)"# },
            begun.map { #""renewal_begun_at":\#($0)"# }, #""user":"sean""#,
        ]
        let entry = fields.compactMap { $0 }.joined(separator: ",")
        let text = """
            {"sprocket":"credentials 1","service":"trakt","accounts":{"https://auth.trakt.tv":{\(entry)}}}
            """
        try folder.write(text, to: "sprocket/trakt.json")
        chmod(folder.path("sprocket"), 0o700)
        chmod(file, 0o600)
    }

    /// What is kept now.
    var kept: OAuthTokens? {
        get throws { try store.credential(of: "https://auth.trakt.tv").flatMap { OAuthTokens($0) } }
    }

    func session(
        _ transport: any HTTPTransport,
        _ settings: OAuthSession.Settings = OAuthSession.Settings(),
        auth: HTTPURL? = nil,
        environment: [String: String] = environment,
        layers: [any Middleware] = []
    ) -> OAuthSession {
        OAuthSession(
            TraktSignIn.service(auth),
            settings: settings,
            environment: environment,
            http: HTTPClient(transport, layers: layers, stage: "plays"),
            time: time,
            clock: clock,
            store: store
        )
    }

    func account(_ transport: any HTTPTransport, environment: [String: String] = environment, said: Lines = Lines())
        throws -> TraktAccount
    {
        let context = AccountContext(
            environment: environment,
            time: time,
            clock: clock,
            http: HTTPClient(transport, stage: "auth"),
            credentials: store
        ) { said.append($0) }
        return TraktAccount(TraktAccount.Options(), in: context)
    }

    /// What a body throws as people see it, without the test's own folder; what is behind a passing failure begins with
    /// `transient`.
    func rendered(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "nothing was thrown"
        } catch let error as Diagnostic {
            return error.rendered().replacing(folder.path, with: "@")
        } catch let StageFailure.transient(error, pause) {
            return "transient" + (pause.map { " after \($0.components.seconds) s" } ?? "") + ": "
                + error.rendered().replacing(folder.path, with: "@")
        } catch {
            return "\(error)"
        }
    }
}

/// Lines that were said.
final class Lines: Sendable {
    private let lines = Locked<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func append(_ line: String) { lines.withLock { $0.append(line) } }
}

/// A transport on which every request fails in a way.
func failing(_ kind: HTTPFailure.Kind) -> ScriptedTransport {
    ScriptedTransport { request, _ in throw HTTPFailure(kind, origin: request.url.origin) }
}
