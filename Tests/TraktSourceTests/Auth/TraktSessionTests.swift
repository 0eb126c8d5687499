import Accounts
import Diagnostics
import PluginKit
import PluginTestKit
import TestTags
import Testing
@testable import TraktSource

@Suite(.tags(.waits)) struct TraktSessionTests {
    private let bench: SessionBench
    private let server: SignInServer
    private let transport: ScriptedTransport
    /// Seven days less the hour before which tokens are renewed.
    private let week = Duration.seconds(604_800 - 3600)

    init() throws {
        bench = try SessionBench()
        let server = SignInServer(clock: bench.clock)
        self.server = server
        transport = ScriptedTransport { request, _ in try server.answer(request) }
    }

    @Test(arguments: [true, false]) func `a given token is used as it is, and nothing else is looked at`(option: Bool)
        async throws
    {
        try bench.signIn()
        let settings = OAuthSession.Settings(accessToken: option ? Secret("mine") : Secret(""))
        let environment = option ? [:] : ["TRAKT_ACCESS_TOKEN": "mine"]
        let session = bench.session(transport, settings, environment: environment)
        bench.time.advance(by: .seconds(100 * 86_400))
        #expect(try await session.token()?.revealed == "mine")
        #expect(
            await bench.rendered { _ = try await session.token(replacing: Secret("mine")) } == """
                error[account.token]: Trakt does not accept the access token that was given (access_token or \
                TRAKT_ACCESS_TOKEN): it has expired, or was made for another app
                  hint: give a new one; or leave it out and sign in: sprocket auth trakt login
                """
        )
        #expect(transport.requests.isEmpty)
        #expect(try bench.kept?.access.revealed == "access-1")
    }

    @Test(arguments: ["two words", "a\nb", "é"]) func `a given token that can be none is refused unseen`(token: String)
        async throws
    {
        let session = bench.session(transport, OAuthSession.Settings(accessToken: Secret(token)))
        let message = await bench.rendered { _ = try await session.token() }
        #expect(
            message == """
                error[account.token]: the access token that was given (access_token or TRAKT_ACCESS_TOKEN) contains invalid \
                characters
                  hint: it is one word, without surrounding blanks, quotes or line ends
                """
        )
    }

    @Test func `without a sign-in there is no token, and nothing comes into being`() async throws {
        let session = bench.session(transport)
        #expect(try await session.token() == nil)
        #expect(try await session.token(replacing: Secret("x")) == nil)
        #expect(bench.folder.files.isEmpty)
        #expect(
            session.notSignedIn.rendered() == """
                error[account.signed-out]: not signed in to Trakt at https://auth.trakt.tv
                  hint: sign in again: sprocket auth trakt login
                """
        )
    }

    @Test func `a token is used until an hour before its end, and then renewed once`() async throws {
        try bench.signIn()
        let session = bench.session(transport)
        #expect(try await session.token()?.revealed == "access-1")
        bench.time.advance(by: week - .seconds(1))
        #expect(try await session.token()?.revealed == "access-1")
        #expect(transport.requests.isEmpty)
        bench.time.advance(by: .seconds(1))
        #expect(try await session.token()?.revealed == "access-2")
        #expect(try await session.token()?.revealed == "access-2")
        #expect(
            server.forms == [
                [
                    "refresh_token": "refresh-1", "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
                    "grant_type": "refresh_token", "client_id": "id-hush", "client_secret": "secret-hush",
                ]
            ]
        )
        #expect(server.paths == ["/oauth/token"])
        let headers = try #require(transport.requests.first).headers
        #expect(headers["Content-Type"] == "application/json")
        #expect(headers["trakt-api-version"] == "2")
        #expect(headers["trakt-api-key"] == "id-hush")
        #expect(headers["Authorization"] == nil)
        let kept = try #require(try bench.kept)
        #expect(kept.access.revealed == "access-2")
        #expect(kept.refresh?.revealed == "refresh-2")
        #expect(kept.renewalBegun == nil)
        #expect(kept.user == "sean")
        #expect(kept.signedIn == SessionBench.noon)
        #expect(kept.end == SessionBench.noon + 604_800 - 3600 + 604_800)
    }

    @Test func `a short-lived token is renewed a tenth of its life before its end`() async throws {
        try bench.signIn(lifetime: 1000)
        let session = bench.session(transport)
        bench.time.advance(by: .seconds(899))
        #expect(try await session.token()?.revealed == "access-1")
        bench.time.advance(by: .seconds(1))
        #expect(try await session.token()?.revealed == "access-2")
    }

    @Test func `a token of unknown life is used until Trakt refuses it`() async throws {
        try bench.signIn(lifetime: nil)
        let session = bench.session(transport)
        bench.time.advance(by: .seconds(1000 * 86_400))
        let token = try #require(try await session.token())
        #expect(token.revealed == "access-1")
        #expect(try await session.token(replacing: token)?.revealed == "access-2")
    }

    @Test(arguments: [-400_000_000, 400_000_000]) func `clocks that disagree do not make a fresh token look old`(
        difference: Int64
    ) async throws {
        try bench.signIn()
        let transport = ScriptedTransport { _, number in
            SignInServer.tokens(number + 1, created: SessionBench.noon + difference)
        }
        let session = bench.session(transport)
        bench.time.advance(by: week)
        #expect(try await session.token()?.revealed == "access-2")
        #expect(try await session.token()?.revealed == "access-2")
        bench.time.advance(by: week)
        #expect(try await session.token()?.revealed == "access-3")
    }

    @Test func `a token that is refused is replaced, and whoever comes second gets the new one`() async throws {
        try bench.signIn()
        let session = bench.session(transport)
        let token = try #require(try await session.token())
        #expect(try await session.token(replacing: token)?.revealed == "access-2")
        #expect(try await session.token(replacing: token)?.revealed == "access-2")
        #expect(server.sent == ["refresh-1"])
        #expect(try await session.token(replacing: Secret("access-2"))?.revealed == "access-3")
    }

    @Test func `many callers that ask simultaneously get one new token`() async throws {
        try bench.signIn()
        let session = bench.session(transport)
        let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<50 { group.addTask { try await session.token(replacing: Secret("access-1"))?.revealed } }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(tokens == ["access-2"])
        #expect(server.sent == ["refresh-1"])
    }

    @Test(.timeLimit(.minutes(1))) func `several sessions of one process renew once`() async throws {
        try bench.signIn()
        let server = server
        let slow = ScriptedTransport { request, _ in
            try await SystemTime().sleep(until: SystemTime().now + .milliseconds(30))
            return try server.answer(request)
        }
        let sessions = (0..<4).map { _ in
            OAuthSession(
                TraktSignIn.service(),
                settings: OAuthSession.Settings(),
                environment: SessionBench.environment,
                http: HTTPClient(slow),
                time: SystemTime(),
                clock: bench.clock,
                store: bench.store
            )
        }
        for session in sessions { #expect(try await session.token()?.revealed == "access-1") }
        let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
            for session in sessions {
                group.addTask { try await session.token(replacing: Secret("access-1"))?.revealed }
            }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(tokens == ["access-2"])
        #expect(server.sent == ["refresh-1"])
    }

    @Test func `what another process has renewed is used, and nothing asked`() async throws {
        try bench.signIn()
        let session = bench.session(transport)
        #expect(try await session.token()?.revealed == "access-1")
        try bench.signIn(7)
        #expect(try await session.token(replacing: Secret("access-1"))?.revealed == "access-7")
        #expect(transport.requests.isEmpty)
    }

    @Test func `the app of the sign-in is used where none is set`() async throws {
        try bench.signIn()
        let session = bench.session(transport, environment: [:])
        #expect(try session.clientID().revealed == "id-hush")
        #expect(try await session.token(replacing: Secret("access-1"))?.revealed == "access-2")
        #expect(server.forms.first?["client_secret"] == "secret-hush")
    }

    @Test func `a sign-in of another app is not used`() async throws {
        try bench.signIn()
        let session = bench.session(transport, OAuthSession.Settings(clientID: Secret("other-hush")))
        #expect(
            await bench.rendered { _ = try await session.token() } == """
                @/sprocket/trakt.json: error[account.app]: the client id belongs to another app than the one that you \
                signed in with
                  hint: set the client id that you signed in with, or sign in again: sprocket auth trakt login
                """
        )
    }

    @Test func `without any app, the message names the way that works for every account`() async throws {
        #expect(
            await bench.rendered { _ = try bench.session(transport, environment: [:]).clientID() } == """
                error[account.app]: Trakt requires an app, and TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET are not \
                set
                  hint: apps are made at https://app.trakt.tv/settings/apps, since July 2026 by VIP accounts only. The \
                export works for every account: sprocket run trakt-export-to-letterboxd -D export=trakt-export.zip
                """
        )
    }

    @Test func `a sign-in is kept for each server`() async throws {
        try bench.signIn()
        let elsewhere = try HTTPURL("http://localhost:4711/base")
        let session = bench.session(transport, auth: elsewhere)
        #expect(try await session.token() == nil)
    }
}
