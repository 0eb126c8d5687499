import Accounts
import Diagnostics
import PluginKit
import PluginTestKit
import Testing
@testable import TraktSource

/// The status of a sign-in, and its end.
@Suite struct TraktAccountTests {
    private let bench: SessionBench
    private let said = Lines()

    init() throws { bench = try SessionBench() }

    // MARK: Status

    private func status(_ environment: [String: String] = SessionBench.environment) async throws -> AccountStatus {
        var status = try await bench.account(failing(.refused), environment: environment).status()
        status.file = status.file?.replacing(bench.folder.path, with: "@")
        return status
    }

    @Test func `without a sign-in the status reports that, and makes nothing`() async throws {
        #expect(try await status() == AccountStatus(isSignedIn: false, server: "https://auth.trakt.tv"))
        #expect(bench.folder.files.isEmpty)
    }

    @Test func `the status comes from the file alone`() async throws {
        try bench.signIn()
        let expected = AccountStatus(
            isSignedIn: true,
            user: "sean",
            server: "https://auth.trakt.tv",
            file: "@/sprocket/trakt.json",
            since: SessionBench.noon,
            until: SessionBench.noon + 604_800,
            isRenewed: true
        )
        #expect(try await status() == expected)
        // It can be renewed, so it does not end by itself.
        bench.time.advance(by: .seconds(1_000_000))
        #expect(try await status() == expected)
    }

    @Test func `what cannot be renewed ends`() async throws {
        try bench.signIn(refresh: false)
        bench.time.advance(by: .seconds(604_799))
        #expect(try await status().isSignedIn)
        #expect(try await !status().isRenewed)
        bench.time.advance(by: .seconds(1))
        #expect(try await !status().isSignedIn)
    }

    @Test func `what may be surprising is reported`() async throws {
        try bench.signIn(begun: SessionBench.noon)
        #expect(
            try await status(["TRAKT_ACCESS_TOKEN": "token-hush", "TRAKT_CLIENT_ID": "other-hush"]).remarks == [
                "TRAKT_ACCESS_TOKEN is set: runs use that token, not this sign-in",
                "TRAKT_CLIENT_ID is not the app that signed in: sign in again to use it",
                "a renewal was started at 2026-01-01 12:00 UTC and its answer never stored: the next run will show "
                    + "whether the sign-in is still valid",
            ]
        )
    }

    // MARK: Signing out

    private func signOut(_ script: @escaping ScriptedTransport.Script) async -> (
        message: String, transport: ScriptedTransport
    ) {
        let transport = ScriptedTransport(script)
        let message = await bench.rendered {
            try await bench.account(transport, environment: [:], said: said).signOut()
        }
        return (message, transport)
    }

    @Test(arguments: [200, 201, 204]) func `signing out has Trakt take the token back, and deletes it`(status: Int)
        async throws
    {
        try bench.signIn()
        let outcome = await signOut { _, _ in HTTPResponse(status: status, body: Array("{}".utf8)) }
        #expect(outcome.message == "nothing was thrown")
        #expect(said.all == ["Signed out."])
        let request = try #require(outcome.transport.requests.first)
        #expect("\(request.method.rawValue) \(request.url)" == "POST https://auth.trakt.tv/oauth/revoke")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"token":"access-1","client_id":"id-hush","client_secret":"secret-hush"}"#
        )
        #expect(outcome.transport.requests.count == 1)
        #expect(bench.folder.files == ["sprocket/trakt.json.lock"])
    }

    @Test func `a user who is not signed in need not sign out`() async {
        let outcome = await signOut { _, _ in HTTPResponse(status: 200) }
        #expect(outcome.message == "nothing was thrown")
        #expect(said.all == ["Not signed in."])
        #expect(outcome.transport.requests.isEmpty)
        #expect(bench.folder.files.isEmpty)
    }

    @Test(arguments: [
        (503, "https://auth.trakt.tv cannot answer now (503)", 3),
        (403, "Trakt does not accept this app: its client id or secret is wrong, or the app was deleted", 1),
        (401, "https://auth.trakt.tv has answered with the undocumented status 401", 1),
    ])
    func `what Trakt did not take back is deleted here, and that is reported`(
        status: Int,
        reason: String,
        requests: Int
    )
        async throws
    {
        try bench.signIn()
        let outcome = await signOut { _, _ in HTTPResponse(status: status) }
        #expect(
            outcome.message == """
                error[account.not-revoked]: signed out on this machine only: Trakt did not revoke the sign-in (\(reason)); \
                it may still be valid there, the token itself until 2026-01-08 12:00 UTC
                  hint: revoke it on Trakt's own pages, among the connected apps in the settings
                """
        )
        #expect(outcome.transport.requests.count == requests)
        #expect(bench.folder.files == ["sprocket/trakt.json.lock"])
        #expect(said.all.isEmpty)
    }

    @Test func `a network that comes back while signing out is enough`() async throws {
        try bench.signIn()
        let outcome = await signOut { request, number in
            if number < 3 { throw HTTPFailure(.unresolved, origin: request.url.origin) }
            return HTTPResponse(status: 200)
        }
        #expect(outcome.message == "nothing was thrown")
        #expect(bench.time.now == .seconds(3))
    }

    // MARK: Secrets

    @Test func `no type shows a secret, however it is printed`() async throws {
        try bench.signIn()
        let transport = failing(.reset)
        let settings = OAuthSession.Settings(
            clientID: Secret("id-hush"),
            clientSecret: Secret("secret-hush"),
            accessToken: Secret("given-hush")
        )
        let session = bench.session(transport, OAuthSession.Settings())
        _ = try await session.token()
        let service = TraktSignIn.service()
        let app = try #require(OAuthApp(variables: service.variables, environment: SessionBench.environment))
        let tokens = try #require(try bench.kept)
        let answer = try #require(TokenAnswer(SignInServer.tokens(1, created: 0).body))
        let waiting = ScriptedTransport { _, _ in
            let text = #"{"device_code":"device-hush","user_code":"5055CC52","verification_url":"https://trakt.tv/a"}"#
            return HTTPResponse(status: 200, body: Array(text.utf8))
        }
        let code = try await DeviceCode(OAuthClient(service, app: app, http: HTTPClient(waiting), time: bench.time))
        let things: [Any] = [
            settings, bench.session(transport, settings), session, app, tokens, tokens.credential, answer, bench.store,
            try bench.account(transport), OAuthClient(service, app: app, http: HTTPClient(transport), time: bench.time),
            code, try await bench.account(transport).status(),
        ]
        for thing in things {
            var dumped = ""
            dump(thing, to: &dumped)
            let texts = ["\(thing)", String(reflecting: thing), dumped]
            for text in texts {
                for secret in ["hush", "access-1", "refresh-1"] {
                    #expect(!text.contains(secret), "\(type(of: thing)): \(text.prefix(2000))")
                }
            }
        }
    }
}
