import Accounts
import Diagnostics
import Formats
import PluginKit
import PluginTestKit
import Testing
@testable import TraktSource

/// Signing in with a code.
@Suite struct DeviceCodeTests {
    private let bench: SessionBench
    private let said = Lines()

    init() throws { bench = try SessionBench() }

    private static let code = """
        {"device_code":"device-hush","user_code":"5055CC52","verification_url":"https://trakt.tv/activate",\
        "expires_in":600,"interval":5}
        """

    /// Signs in with a server that gives a code and then answers questions by a script, counted from 1.
    private func signIn(
        code: HTTPResponse = HTTPResponse(status: 200, body: Array(code.utf8)),
        settings: HTTPResponse = HTTPResponse(status: 200, body: Array(#"{"user":{"ids":{"slug":"sean"}}}"#.utf8)),
        _ script: @escaping @Sendable (Int) throws -> HTTPResponse
    ) async -> (message: String, transport: ScriptedTransport, moments: [Duration]) {
        let moments = Locked<[Duration]>([])
        let asked = Locked(0)
        let transport = ScriptedTransport { [time = bench.time] request, _ in
            moments.withLock { $0.append(time.now) }
            switch request.url.target {
            case "/oauth/device/code": return code
            case "/oauth/device/token": return try script(asked.withLock { ($0 += 1, $0).1 })
            case "/users/settings": return settings
            default: return HTTPResponse(status: 404)
            }
        }
        let message = await bench.rendered { try await bench.account(transport, said: said).signIn() }
        return (message, transport, moments.withLock { $0 })
    }

    private static func tokens() -> HTTPResponse { SignInServer.tokens(1, created: SessionBench.noon) }

    @Test func `the person is shown the address and the code, and signed in when they have entered it`() async throws {
        let outcome = await signIn { number in number < 4 ? HTTPResponse(status: 400) : Self.tokens() }
        #expect(outcome.message == "nothing was thrown")
        #expect(
            said.all == [
                "Open https://trakt.tv/activate in a browser, sign in to Trakt, and enter the code", "", "    5055CC52",
                "", "It is valid for 10 minutes. Waiting …", "Signed in as sean.",
            ]
        )
        #expect(outcome.moments == [0, 5, 10, 15, 20, 20].map { .seconds($0) })
        let requests = outcome.transport.requests
        #expect(
            requests.map { "\($0.method.rawValue) \($0.url)" } == ["POST https://auth.trakt.tv/oauth/device/code"]
                + Array(repeating: "POST https://auth.trakt.tv/oauth/device/token", count: 4)
                + ["GET https://api.trakt.tv/users/settings"]
        )
        #expect(String(decoding: requests[0].body, as: UTF8.self) == #"{"client_id":"id-hush"}"#)
        #expect(
            String(decoding: requests[1].body, as: UTF8.self)
                == #"{"code":"device-hush","client_id":"id-hush","client_secret":"secret-hush"}"#
        )
        #expect(requests[5].headers["Authorization"] == "Bearer access-1")
        #expect(requests[5].headers["trakt-api-key"] == "id-hush")
        #expect(requests.allSatisfy { $0.headers["trakt-api-version"] == "2" })
        let kept = try #require(try bench.kept)
        #expect(kept.access.revealed == "access-1")
        #expect(kept.refresh?.revealed == "refresh-1")
        #expect(kept.app?.id.revealed == "id-hush")
        #expect(kept.app?.secret?.revealed == "secret-hush")
        #expect(kept.user == "sean")
        #expect(kept.signedIn == SessionBench.noon + 20)
        #expect(try await bench.session(failing(.refused)).token()?.revealed == "access-1")
    }

    @Test(arguments: [
        (
            404,
            """
            error[account.code]: Trakt no longer knows the code (404)
              hint: start again: sprocket auth trakt login
            """
        ),
        (
            409,
            """
            error[account.code]: the code was used already, and the answer was lost (409)
              hint: start again: sprocket auth trakt login
            """
        ),
        (
            410,
            """
            error[account.expired]: the code was not entered while it was valid
              hint: start again: sprocket auth trakt login
            """
        ),
        (
            418,
            """
            error[account.denied]: the sign-in was declined on Trakt's page
              hint: start again: sprocket auth trakt login
            """
        ),
        (
            401,
            """
            error[account.app]: Trakt does not accept this app: its client id or secret is wrong, or the app was deleted
              hint: apps are made at https://app.trakt.tv/settings/apps, since July 2026 by VIP accounts only. The export \
            works for every account: sprocket run trakt-export-to-letterboxd -D export=trakt-export.zip
            """
        ),
        (
            403,
            """
            error[account.app]: Trakt does not accept this app: its client id or secret is wrong, or the app was deleted
              hint: apps are made at https://app.trakt.tv/settings/apps, since July 2026 by VIP accounts only. The export \
            works for every account: sprocket run trakt-export-to-letterboxd -D export=trakt-export.zip
            """
        ),
        (422, "error[account.server]: https://auth.trakt.tv has answered with the undocumented status 422"),
    ])
    func `what is permanent ends it immediately, and leaves nothing`(status: Int, message: String) async {
        let outcome = await signIn { _ in HTTPResponse(status: status) }
        #expect(outcome.message == message)
        #expect(outcome.transport.requests.count == 2)
        #expect(bench.folder.files.isEmpty)
    }

    @Test(arguments: [400, 500, 502, 503, 504, 520, 200, 204]) func `what may pass is asked again until the code ends`(
        status: Int
    ) async {
        let outcome = await signIn { _ in HTTPResponse(status: status, body: Array("<html>".utf8)) }
        #expect(
            outcome.message == """
                error[account.expired]: the code was not entered while it was valid
                  hint: start again: sprocket auth trakt login
                """
        )
        // The last question is asked while the code holds: 5, 10, … 595.
        #expect(outcome.moments.count == 1 + 119)
        #expect(bench.folder.files.isEmpty)
    }

    @Test(arguments: HTTPFailure.Kind.allCases) func `a network that is away for a while does not end it`(
        kind: HTTPFailure.Kind
    ) async throws {
        let failure = HTTPFailure(kind, origin: "https://auth.trakt.tv")
        let outcome = await signIn { number in
            if number < 3 { throw failure }
            return Self.tokens()
        }
        #expect(outcome.message == (failure.isTransient ? "nothing was thrown" : failure.diagnostic.rendered()))
        #expect((try bench.kept != nil) == failure.isTransient)
    }

    @Test func `a caller that asks too fast asks more slowly from then on`() async {
        let outcome = await signIn { number in
            switch number {
            case 1: HTTPResponse(status: 429)
            case 2: HTTPResponse(status: 400)
            case 3: HTTPResponse(status: 429, headers: ["Retry-After": "60"])
            case 4: HTTPResponse(status: 400)
            default: Self.tokens()
            }
        }
        #expect(outcome.message == "nothing was thrown")
        #expect(outcome.moments.dropLast() == [0, 5, 15, 25, 85, 145].map { .seconds($0) })
    }

    @Test(arguments: [429, 503])
    func `a long pause that is asked for is kept once, and the next question comes as before`(status: Int) async {
        let outcome = await signIn { number in
            switch number {
            case 1: HTTPResponse(status: status, headers: ["Retry-After": "90.5"])
            case 2, 3: HTTPResponse(status: 400)
            default: Self.tokens()
            }
        }
        #expect(outcome.message == "nothing was thrown")
        let next: Duration = .milliseconds(status == 429 ? 155_500 : 100_500)
        #expect(Array(outcome.moments.prefix(4)) == [.zero, .seconds(5), .milliseconds(95_500), next])
    }

    @Test(arguments: [429, 503])
    func `a pause that outlives the code ends the sign-in with a sentence`(status: Int) async {
        let outcome = await signIn { _ in HTTPResponse(status: status, headers: ["Retry-After": "7200"]) }
        #expect(
            outcome.message == """
                error[account.busy]: Trakt asks for a pause of 2 h, but the code is valid for only another 9.9 min
                  hint: wait that long, then start again: sprocket auth trakt login
                """
        )
        #expect(outcome.moments == [0, 5].map { .seconds($0) })
    }

    struct Code: CustomTestStringConvertible {
        let testDescription: String
        let response: HTTPResponse
        let message: String

        init(_ status: Int, _ body: String, _ message: String) {
            testDescription = "\(status) \(body.prefix(30))"
            response = HTTPResponse(status: status, body: Array(body.utf8))
            self.message = message
        }
    }

    private static let unreadable = """
        transient: error[account.answer]: https://auth.trakt.tv has answered, but not with the expected contents
          hint: something between here and Trakt may have answered instead; try again later
        """

    static let codes = [
        Code(200, "<html>", unreadable), Code(200, "{}", unreadable),
        Code(200, code.replacing("5055CC52", with: #"\u001b[2J"#), unreadable),
        Code(200, code.replacing("https://trakt.tv/activate", with: "https://trakt.tv/ x"), unreadable),
        Code(
            503,
            "",
            """
            transient: error[account.busy]: https://auth.trakt.tv cannot answer now (503)
              hint: try again later
            """
        ),
        Code(
            403,
            "<html>",
            """
            error[account.blocked]: Cloudflare, Trakt's proxy, blocks requests from here
              hint: try again later or from another network; or use the export: https://app.trakt.tv/settings/data, then \
            run a 'trakt-export-…' pipeline
            """
        ),
    ]

    @Test(arguments: codes) func `without a code nobody is asked to enter one`(code: Code) async {
        let outcome = await signIn(code: code.response) { _ in Self.tokens() }
        #expect(outcome.message == code.message)
        #expect(said.all.isEmpty)
        #expect(outcome.transport.requests.count == 1)
        #expect(bench.folder.files.isEmpty)
    }

    @Test func `odd lengths of time are made sense of`() async {
        let code = Self.code.replacing(#""interval":5"#, with: #""interval":0"#)
            .replacing(#""expires_in":600"#, with: #""expires_in":7"#)
        let outcome = await signIn(code: HTTPResponse(status: 201, body: Array(code.utf8))) { _ in
            HTTPResponse(status: 400)
        }
        #expect(said.all.contains("It is valid for 7 seconds. Waiting …"))
        #expect(outcome.moments == (0...6).map { .seconds($0) })
    }

    @Test(arguments: [
        (
            HTTPResponse(status: 403),
            "Trakt does not accept this app: its client id or secret is wrong, or the app was deleted"
        ),
        (HTTPResponse(status: 503), "https://api.trakt.tv cannot answer now (503)"),
        (
            HTTPResponse(status: 200, body: Array("<html>".utf8)),
            "https://api.trakt.tv has answered, but not with the expected contents"
        ),
    ])
    func `a user whose name cannot be requested is signed in all the same`(settings: HTTPResponse, reason: String)
        async throws
    {
        let outcome = await signIn(settings: settings) { _ in Self.tokens() }
        #expect(outcome.message == "nothing was thrown")
        #expect(said.all.suffix(2) == ["the name of the account could not be requested: \(reason)", "Signed in."])
        #expect(try bench.kept?.access.revealed == "access-1")
        #expect(try bench.kept?.user == nil)
    }

    @Test(
        arguments: [
            ([:], "TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET are"),
            (["TRAKT_CLIENT_ID": "id-hush"], "TRAKT_CLIENT_SECRET is"),
            (["TRAKT_CLIENT_SECRET": "secret-hush"], "TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET are"),
            (["TRAKT_CLIENT_ID": "", "TRAKT_CLIENT_SECRET": ""], "TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET are"),
        ] as [([String: String], String)]
    )
    func `without an app nothing is asked, and the way that works for everybody is shown`(
        environment: [String: String],
        missing: String
    ) async throws {
        let transport = failing(.refused)
        #expect(
            await bench.rendered { try await bench.account(transport, environment: environment).signIn() } == """
                error[account.app]: Trakt requires an app, and \(missing) not set
                  hint: apps are made at https://app.trakt.tv/settings/apps, since July 2026 by VIP accounts only. The \
                export works for every account: sprocket run trakt-export-to-letterboxd -D export=trakt-export.zip
                """
        )
        #expect(transport.requests.isEmpty)
    }

    @Test func `a file that is not ours is found before anybody enters a code`() async throws {
        try bench.signIn()
        try bench.folder.write("{}", to: "sprocket/trakt.json")
        let outcome = await signIn { _ in Self.tokens() }
        #expect(outcome.message.contains("error[account."))
        #expect(outcome.transport.requests.isEmpty)
        #expect(try bench.folder.text(of: "sprocket/trakt.json") == "{}")
    }

    @Test func `a caller that stops waiting leaves nothing`() async throws {
        let bench = try SessionBench(sleepers: .wait)
        let transport = ScriptedTransport { request, _ in
            request.url.target == "/oauth/device/code"
                ? HTTPResponse(status: 200, body: Array(Self.code.utf8)) : HTTPResponse(status: 400)
        }
        let account = try bench.account(transport)
        let signingIn = Task { try await account.signIn() }
        await bench.time.sleepers(atLeast: 1)
        signingIn.cancel()
        await #expect(throws: CancellationError.self) { try await signingIn.value }
        #expect(bench.folder.files.isEmpty)
    }

    @Test func `a new sign-in takes the place of the old one, with the app of the old one if none is set`() async throws
    {
        try bench.signIn(7)
        let transport = ScriptedTransport { request, _ in
            request.url.target == "/oauth/device/code"
                ? HTTPResponse(status: 200, body: Array(Self.code.utf8)) : Self.tokens()
        }
        try await bench.account(transport, environment: [:]).signIn()
        #expect(try bench.kept?.access.revealed == "access-1")
        #expect(try bench.kept?.app?.secret?.revealed == "secret-hush")
    }
}
