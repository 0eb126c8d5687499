import Formats
import PluginKit
import SampleExport
import TestTags
import Testing
import TraktServer

@Suite(.tags(.server)) struct OAuthTests {
    private let clock = Locked<Int64>(1_790_000_000_000)

    private func server(_ change: (inout ServerOptions) -> Void = { _ in }) throws -> TraktServer {
        var options = ServerOptions()
        let clock = clock
        options.clock = { clock.withLock { $0 } }
        change(&options)
        return try TraktServer(account: TraktAccount(AccountSize(plays: 5, ratings: 5)), options: options)
    }

    private func poll(_ client: RawClient, _ code: String) throws -> RawClient.Answer {
        clock.withLock { $0 += 5000 }
        return try client.post(
            "/oauth/device/token",
            ["code": .string(code), "client_id": "test-client", "client_secret": "test-secret"]
        )
    }

    private func makeCode(_ client: RawClient) throws -> JSONValue {
        try #require(try client.post("/oauth/device/code", ["client_id": "test-client"]).json)
    }

    @Test func `a device code waits, is approved, gives a token, and is used`() throws {
        let server = try server()
        let client = try RawClient(server.authURL)
        let made = try makeCode(client)
        let code = try #require(made["device_code"]?.string)
        let userCode = try #require(made["user_code"]?.string)
        #expect(made["expires_in"]?.integer == 600)
        #expect(made["interval"]?.integer == 5)
        #expect(userCode.count == 8)
        #expect(server.userCodes == [userCode])
        let waiting = try poll(client, code)
        #expect(waiting.status == 400)
        #expect(waiting.body.isEmpty)
        server.approve(userCode)
        let given = try poll(client, code)
        #expect(given.status == 200)
        #expect(given.json?["expires_in"]?.integer == 604_800)
        #expect(given.json?["created_at"]?.integer == 1_790_000_010)
        let access = try #require(given.json?["access_token"]?.string)
        #expect(try RawClient(server.url).get("/sync/history", token: access).status == 200)
        #expect(try poll(client, code).status == 409)
    }

    @Test func `a code may be unknown, denied, too old, or asked for too fast`() throws {
        let server = try server()
        let client = try RawClient(server.authURL)
        #expect(try poll(client, "unknown").status == 404)
        let denied = try makeCode(client)
        server.deny(denied["user_code"]?.string ?? "")
        #expect(try poll(client, denied["device_code"]?.string ?? "").status == 418)
        let code = try makeCode(client)["device_code"]?.string ?? ""
        #expect(try poll(client, code).status == 400)
        clock.withLock { $0 -= 1000 }
        #expect(try poll(client, code).status == 429)
        clock.withLock { $0 += 600_000 }
        #expect(try poll(client, code).status == 410)
    }

    @Test func `a refresh token works once, and its access token dies with it`() throws {
        let server = try server()
        let client = try RawClient(server.url)
        let body: JSONValue = [
            "grant_type": "refresh_token", "refresh_token": "test-refresh", "client_id": "test-client",
            "client_secret": "test-secret", "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
        ]
        let given = try client.post("/oauth/token", body)
        #expect(given.status == 200)
        #expect(try client.get("/sync/history").status == 401)
        #expect(try client.get("/sync/history", token: given.json?["access_token"]?.string).status == 200)
        let again = try client.post("/oauth/token", body)
        #expect(again.status == 400)
        #expect(again.json?["error"]?.string == "invalid_grant")
    }

    @Test func `a token runs out, and is revoked`() throws {
        let server = try server { $0.tokenLife = .seconds(60) }
        let client = try RawClient(server.url)
        clock.withLock { $0 += 59_999 }
        #expect(try client.get("/sync/history").status == 200)
        clock.withLock { $0 += 1 }
        #expect(try client.get("/sync/history").status == 401)
        let token = server.issueToken().access
        let revoked = try client.post(
            "/oauth/revoke",
            ["token": .string(token), "client_id": "test-client", "client_secret": "test-secret"]
        )
        #expect(revoked.status == 200)
        #expect(revoked.text == "{}")
        #expect(try client.get("/sync/history", token: token).status == 401)
    }

    @Test func `OAuth may have a port of its own`() throws {
        let server = try server { $0.authOnOwnPort = true }
        #expect(server.authURL != server.url)
        _ = try makeCode(RawClient(server.authURL))
        #expect(try RawClient(server.url).post("/oauth/device/code", ["client_id": "test-client"]).status == 404)
        #expect(try RawClient(server.authURL).get("/sync/history").status == 404)
    }
}
