import Formats
import PluginKit
import SampleExport
import TestTags
import Testing
import TraktServer

/// So many requests in so much time, on a clock that the test moves.
@Suite(.tags(.server)) struct LimitTests {
    private let clock = Locked<Int64>(1_790_000_000_000)

    private func server(_ header: ServerOptions.LimitHeader = .always) throws -> TraktServer {
        var options = ServerOptions()
        options.limit = 3
        options.limitHeader = header
        let clock = clock
        options.clock = { clock.withLock { $0 } }
        return try TraktServer(account: TraktAccount(AccountSize(plays: 5, ratings: 5)), options: options)
    }

    @Test func `what is over the limit is refused until the window ends`() throws {
        let server = try server()
        let client = try RawClient(server.url)
        for left in [2, 1, 0] {
            let answer = try client.get("/sync/history")
            #expect(
                answer.headers["x-ratelimit"]
                    == #"{"name":"AUTHED_API_GET_LIMIT","period":300,"limit":3,"remaining":\#(left),"until":"2026-09-21T14:18:20Z"}"#
            )
        }
        clock.withLock { $0 += 290_000 }
        let refused = try client.get("/sync/history")
        #expect(refused.status == 429)
        #expect(refused.headers["retry-after"] == "10")
        #expect(refused.headers["x-ratelimit"]?.contains(#""remaining":0"#) == true)
        clock.withLock { $0 += 10_000 }
        #expect(try client.get("/sync/history").status == 200)
        #expect(server.windows.map(\.allowed) == [3, 1])
        #expect(server.windows.map(\.refused) == [1, 0])
        #expect(server.mostRequests(within: .seconds(300)) == 3)
        #expect(server.mostRequests(within: .seconds(301)) == 4)
    }

    @Test func `those without a token have a window of their own`() throws {
        let server = try server()
        let client = try RawClient(server.url)
        for _ in 0..<3 { _ = try client.get("/sync/history") }
        #expect(try client.get("/users/sample-viewer", token: nil).status == 200)
        #expect(server.windows.map(\.name) == ["AUTHED_API_GET_LIMIT", "UNAUTHED_API_GET_LIMIT"])
    }

    @Test(arguments: [
        (ServerOptions.LimitHeader.always, [true, true]), (.refusals, [false, true]), (.never, [false, false]),
    ])
    func `the limit is stated where it has to be`(header: ServerOptions.LimitHeader, expected: [Bool]) throws {
        let server = try server(header)
        let client = try RawClient(server.url)
        let answers = try (0..<4).map { _ in try client.get("/sync/history") }
        #expect([answers[0], answers[3]].map { $0.headers["x-ratelimit"] != nil } == expected)
        #expect(answers[3].headers["retry-after"] == "300")
    }
}
