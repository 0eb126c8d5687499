import PluginKit
import PluginTestKit
import Testing

@testable import TraktSource

/// Tokens that run out while an account is read.
@Suite struct RefusedTokenTests {
    /// A Trakt that refuses some tokens when page 3 is asked for, and a folder where somebody is signed in.
    private func read(refusing: @escaping @Sendable (_ token: String) -> Bool) async throws -> (String, sent: [String])
    {
        let signedIn = try SessionBench()
        try signedIn.signIn(lifetime: nil)
        let server = SignInServer(clock: signedIn.clock)
        let trakt = MadeUpTrakt(["sync/history/movies": MadeUpTrakt.plays(1000)]) { request, _, _ in
            if request.url.target == "/oauth/token" { return try server.answer(request) }
            guard request.url.target.contains("page=3"), refusing(request.headers["Authorization"] ?? "") else {
                return nil
            }
            return HTTPResponse(status: 401)
        }
        let bench = Bench(
            time: signedIn.time,
            transport: trakt.transport,
            environment: SessionBench.environment.merging(["XDG_CONFIG_HOME": signedIn.folder.path]) { $1 }
        )
        let refusal = try await TraktBench(bench: bench, wanted: ["id"]).refusal("data = \"history\"")
        return (refusal?.description ?? "read", server.sent)
    }

    @Test func `a new token that has run out before its turn is renewed as well`() async throws {
        let (outcome, sent) = try await read { $0 == "Bearer access-1" || $0 == "Bearer access-2" }
        #expect(outcome == "read")
        #expect(sent == ["refresh-1", "refresh-2"])
    }

    @Test func `a server that refuses every token is not asked for ever`() async throws {
        let (outcome, sent) = try await read { _ in true }
        #expect(
            outcome
                == "stops account.token: Trakt does not accept the access token (sign in again: sprocket "
                + "auth trakt login; or give a new token: TRAKT_ACCESS_TOKEN) "
        )
        #expect(sent == ["refresh-1", "refresh-2"])
    }
}
