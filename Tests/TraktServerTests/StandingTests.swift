import Formats
import SampleExport
import TestTags
import Testing
import TraktServer

/// Who gets an answer, and who gets which refusal.
@Suite(.tags(.server)) struct StandingTests {
    private func server(_ change: (inout ServerOptions) -> Void = { _ in }) throws -> TraktServer {
        var options = ServerOptions()
        change(&options)
        return try TraktServer(account: TraktAccount(AccountSize(plays: 30, ratings: 10)), options: options)
    }

    struct Refusal: Sendable {
        var change: [String: String?]
        var target = "/sync/history"
        var token: String? = "test-access"
        var status: Int
    }

    @Test(arguments: [
        Refusal(change: ["User-Agent": nil], status: 403),
        Refusal(change: ["trakt-api-version": nil], status: 412),
        Refusal(change: ["trakt-api-key": nil], status: 412),
        Refusal(change: ["Content-Type": nil], status: 412),
        Refusal(change: ["trakt-api-key": "gone"], status: 403),
        Refusal(change: [:], token: "wrong", status: 401),
        Refusal(change: [:], token: nil, status: 401),
        Refusal(change: [:], target: "/users/settings", token: nil, status: 401),
        Refusal(change: [:], target: "/users/me/history", token: nil, status: 401),
        Refusal(change: [:], target: "/users/nobody/history", status: 404),
        Refusal(change: [:], target: "/users/me/lists/999", status: 404),
        Refusal(change: [:], target: "/sync/history/songs", status: 404),
        Refusal(change: [:], target: "/elsewhere", status: 404),
    ])
    func `a request that is not in order is refused`(refusal: Refusal) throws {
        let server = try server()
        let answer = try RawClient(server.url).get(refusal.target, refusal.change, token: refusal.token)
        #expect(answer.status == refusal.status)
        let isOfNetwork = refusal.change.keys.contains("User-Agent")
        #expect((answer.headers["x-request-id"] == nil) == isOfNetwork)
        #expect(answer.text.hasPrefix("<") == isOfNetwork)
    }

    @Test func `other verbs than GET are refused`() throws {
        let server = try server()
        #expect(try RawClient(server.url).send("DELETE", "/sync/history", RawClient.headers()).status == 405)
    }

    @Test func `a public user is seen without a token, a private one by the owner alone`() throws {
        let open = try server()
        #expect(try RawClient(open.url).get("/users/sample-viewer/ratings", token: nil).status == 200)
        let shut = try server()
        shut.change { account, _ in account.owner.isPrivate = true }
        let client = try RawClient(shut.url)
        let stranger = shut.issueToken(ofOwner: false).access
        for token in [nil, stranger] {
            let answer = try client.get("/users/sample-viewer/ratings", token: token)
            #expect(answer.status == 401)
            #expect(answer.headers["x-private-user"] == "true")
        }
        #expect(try client.get("/users/sample-viewer/ratings").status == 200)
        #expect(try client.get("/sync/history", token: stranger).text == "[]")
    }

    @Test func `private lists are seen by the owner alone`() throws {
        let server = try server()
        let client = try RawClient(server.url)
        #expect(try client.get("/users/sample-viewer/lists").json?.array?.count == 3)
        #expect(try client.get("/users/sample-viewer/lists", token: nil).json?.array?.count == 1)
        #expect(try client.get("/lists/90000001/items", token: nil).status == 200)
        #expect(try client.get("/lists/90000002/items", token: nil).status == 404)
    }

    @Test func `a list that has not changed is not sent again`() throws {
        let server = try server()
        let client = try RawClient(server.url)
        let tag = try #require(try client.get("/sync/watchlist").headers["etag"])
        let again = try client.get("/sync/watchlist", ["If-None-Match": tag])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
        #expect(try client.get("/sync/favorites", ["If-None-Match": tag]).status == 200)
    }

    @Test func `bytes that are no request are refused`() throws {
        let server = try server()
        #expect(try RawClient(server.url).send(Array("nonsense\r\n\r\n".utf8)).status == 400)
        let long = "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\n"
        #expect(try RawClient(server.url).send(Array(long.utf8)).status == 414)
        let fields = "GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 40_000))\r\n"
        #expect(try RawClient(server.url).send(Array(fields.utf8)).status == 431)
    }

    @Test func `the records say what was asked for, and hold no token`() throws {
        let server = try server()
        let client = try RawClient(server.url)
        _ = try client.get("/sync/history?page=2")
        _ = try client.get("/sync/history", token: "wrong-secret")
        let requests = server.requests
        #expect(requests.map(\.target) == ["/sync/history?page=2", "/sync/history"])
        #expect(requests.map(\.status) == [200, 401])
        #expect(requests.map(\.isAuthorised) == [true, false])
        #expect(server.mostConnections == 1)
        let text = "\(requests)\(server.windows)"
        #expect(!text.contains("test-access") && !text.contains("wrong-secret"))
    }

    @Test func `a stopped server ends its connections`() throws {
        let server = try server()
        let client = try RawClient(server.url)
        _ = try client.get("/sync/history")
        server.stop()
        #expect(throws: RawClient.Ending.self) { try client.get("/sync/history") }
    }
}
