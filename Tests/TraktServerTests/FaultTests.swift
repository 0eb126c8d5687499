import Diagnostics
import Formats
import SampleExport
import TestTags
import Testing
import TraktServer

/// What comes over the wire when the server is told to misbehave.
@Suite(.tags(.server)) struct FaultTests {
    private func server(_ faults: Fault..., change: (inout ServerOptions) -> Void = { _ in }) throws -> TraktServer {
        var options = ServerOptions()
        options.faults = faults
        change(&options)
        return try TraktServer(account: TraktAccount(AccountSize(plays: 300, ratings: 10)), options: options)
    }

    @Test(arguments: [400, 401, 403, 404, 420, 422, 423, 426, 500, 502, 503, 504, 520, 521, 522])
    func `a status comes once for an address, and then the answer`(status: Int) throws {
        let server = try server(Fault(.status(status), to: "/sync/*", once: true))
        let client = try RawClient(server.url)
        #expect(try client.get("/sync/history").status == status)
        #expect(try client.get("/sync/history").status == 200)
        #expect(try client.get("/sync/history?page=2").status == status)
        #expect(try client.get("/users/me").status == 200)
        #expect(server.requests.map(\.fault) == ["\(status)", nil, "\(status)", nil])
    }

    @Test func `too many requests, with and without the header that states it`() throws {
        let server = try server(
            Fault(.tooMany(retryAfter: 7, saysLimit: true), of: .request(1)),
            Fault(.tooMany(retryAfter: nil, saysLimit: false), of: .request(2))
        )
        let client = try RawClient(server.url)
        let told = try client.get("/sync/history")
        let bare = try client.get("/sync/history")
        #expect([told.status, bare.status] == [429, 429])
        #expect(told.headers["retry-after"] == "7")
        #expect(told.headers["x-ratelimit"] != nil)
        #expect(bare.headers["retry-after"] == nil)
        #expect(bare.headers["x-ratelimit"] == nil)
        #expect(bare.text.hasPrefix("<"))
        #expect(try client.get("/sync/history").status == 200)
    }

    @Test func `connections are reset before the answer and in its body`() throws {
        let server = try server(Fault(.reset, of: .request(1)), Fault(.resetInBody, of: .request(2)))
        #expect(throws: RawClient.Ending.reset) { try RawClient(server.url).get("/sync/history") }
        #expect(throws: RawClient.Ending.reset) { try RawClient(server.url).get("/sync/history") }
        #expect(server.requests.map(\.status) == [nil, 200])
    }

    @Test(arguments: [Fault.Kind.truncated, .truncatedChunks])
    func `a body ends before its end`(kind: Fault.Kind) throws {
        let server = try server(Fault(kind))
        let answer = try RawClient(server.url).get("/sync/history")
        #expect(answer.status == 200)
        #expect(!answer.isWhole)
    }

    @Test(arguments: [Fault.Kind.stall, .stallInBody])
    func `nothing comes, or nothing more`(kind: Fault.Kind) throws {
        let server = try server(Fault(kind))
        #expect(throws: RawClient.Ending.silence) {
            try RawClient(server.url).get("/sync/history", patience: 100)
        }
    }

    @Test func `a slow answer is whole in the end`() throws {
        let server = try server(Fault(.drip(bytesPerSecond: 200_000)))
        let answer = try RawClient(server.url).get("/sync/history")
        #expect(answer.isWhole)
        #expect(answer.json?.array?.count == 100)
    }

    @Test func `answers with 200 that are none`() throws {
        let server = try server(
            Fault(.malformed, of: .request(1)),
            Fault(.html, of: .request(2)),
            Fault(.empty, of: .request(3)),
            Fault(.blocked, of: .request(4))
        )
        let client = try RawClient(server.url)
        let answers = try (0..<4).map { _ in try client.get("/sync/history") }
        #expect(answers.map(\.status) == [200, 200, 200, 403])
        #expect(answers.allSatisfy { $0.isWhole && $0.json == nil })
        #expect(answers[0].text.hasPrefix("[{"))
        #expect(answers[1].text.hasPrefix("<!DOCTYPE"))
        #expect(answers[2].body.isEmpty)
        #expect(answers[3].text.hasPrefix("<!DOCTYPE"))
    }

    @Test func `packed bodies come packed, corrupt, and cut`() throws {
        let server = try server(Fault(.corruptGzip, of: .request(2)), Fault(.truncatedGzip, of: .request(3)))
        let client = try RawClient(server.url)
        let answers = try (0..<3).map { _ in try client.get("/sync/history", ["Accept-Encoding": "br, gzip;q=0.5"]) }
        #expect(answers.allSatisfy { $0.headers["content-encoding"] == "gzip" && $0.isWhole })
        #expect(answers[0].body.prefix(2) == [0x1F, 0x8B])
        #expect(answers[1].body.count == answers[0].body.count)
        #expect(answers[1].body != answers[0].body)
        #expect(answers[2].body == Array(answers[0].body.prefix(answers[0].body.count - answers[0].body.count / 2)))
    }

    @Test func `headers are missing`() throws {
        let server = try server(Fault(.noPaging, of: .request(1)), Fault(.noLimit, of: .request(2)))
        let client = try RawClient(server.url)
        let answers = try (0..<3).map { _ in try client.get("/sync/history") }
        #expect(answers.map { $0.headers["x-pagination-page-count"] != nil } == [false, true, true])
        #expect(answers.map { $0.headers["x-ratelimit"] != nil } == [true, false, true])
    }

    @Test func `an expired token is refused until it is renewed`() throws {
        let server = try server(Fault(.expiredToken, of: .request(2)))
        let client = try RawClient(server.url)
        #expect(try (0..<3).map { _ in try client.get("/sync/history").status } == [200, 401, 401])
        #expect(!server.isValid("test-access"))
        #expect(try client.get("/sync/history", token: server.issueToken().access).status == 200)
    }

    @Test func `a share meets the same addresses in any order`() throws {
        let pages = Array(1...200)
        var met: [Set<String>] = []
        for order in [pages, pages.reversed()] {
            let server = try server(Fault(.status(500), of: .share(0.1, seed: 5)))
            let client = try RawClient(server.url)
            for page in order { _ = try client.get("/sync/history?limit=1&page=\(page)") }
            met.append(Set(server.requests.filter { $0.fault != nil }.map(\.target)))
        }
        #expect(met[0] == met[1])
        #expect((8...35).contains(met[0].count))
    }

    @Test func `one that waits does not hold up another`() throws {
        let server = try server(Fault(.stall, to: "/sync/ratings*"))
        let waiting = try RawClient(server.url)
        #expect(throws: RawClient.Ending.silence) { try waiting.get("/sync/ratings", patience: 50) }
        #expect(try RawClient(server.url).get("/sync/history").status == 200)
        #expect(server.mostConnections == 2)
    }

    @Test(arguments: [
        ("502 share=2% seed=7 once", Fault(.status(502), of: .share(0.02, seed: 7), once: true)),
        ("stall-in-body path=/sync/history/* nth=3", Fault(.stallInBody, to: "/sync/history/*", of: .request(3))),
        ("429:10 every=50", Fault(.tooMany(retryAfter: 10, saysLimit: true), of: .every(50))),
        ("429:none:bare", Fault(.tooMany(retryAfter: nil, saysLimit: false))),
        ("drip:500", Fault(.drip(bytesPerSecond: 500))),
    ])
    func `a fault is written as a line`(text: String, fault: Fault) throws {
        #expect(try Fault(parsing: text) == fault)
    }

    @Test(arguments: ["", "nonsense", "200", "502 share=2", "502 nth=0", "502 twice"])
    func `a line that is no fault is refused`(text: String) throws {
        let problem = #expect(throws: Diagnostic.self) { try Fault(parsing: text) }
        #expect(problem?.code == "server.fault")
        #expect(problem?.message == "'\(text)' is no fault")
    }
}
