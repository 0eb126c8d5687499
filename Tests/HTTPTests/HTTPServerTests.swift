import Diagnostics
import HTTP
import PluginKit
import PluginTestKit
import Sockets
import Testing

/// The server, seen from the wire.
@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
    /// Answers with the method, the address and the body.
    private static func echo(_ request: HTTPRequest) -> HTTPResponse {
        let text = "\(request.method.rawValue) \(request.url) \(String(decoding: request.body, as: UTF8.self))"
        return HTTPResponse(status: 200, headers: ["Content-Type": "text/plain"], body: Array(text.utf8))
    }

    private func echo(_ limits: HTTPServerLimits = HTTPServerLimits(), time: (any TimeSource)? = nil) throws
        -> HTTPServer
    {
        try HTTPServer(limits: limits, time: time) { request in Self.echo(request) }
    }

    private static func answer(_ text: String, _ connection: String = "keep-alive") -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(text.utf8.count)\r\nConnection: \(connection)\r\n\r\n\(text)"
    }

    private static func refusal(_ status: String, _ reason: String) -> String {
        let secure = HTTPAccess(hosts: [], token: nil).secured(HTTPResponse(status: 400)).headers.fields
        return "HTTP/1.1 \(status)\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + secure.map { "\($0.name): \($0.value)\r\n" }.joined()
            + "Content-Length: \(reason.utf8.count + 1)\r\nConnection: close\r\n\r\n\(reason)\n"
    }

    @Test func `requests that come early are answered in their order, over one connection`() async throws {
        let server = try echo()
        let wire =
            (1...3).map { "GET /\($0) HTTP/1.1\r\nHost: a.test\r\n\r\n" }.joined()
            + "POST /4 HTTP/1.1\r\nHost: a.test:81\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
        let expected =
            (1...3).map { Self.answer("GET http://a.test/\($0) ") }.joined()
            + Self.answer("POST http://a.test:81/4 hi", "close")
        #expect(try await WireClient(server).exchange(wire) == expected)
        #expect(server.connections.accepted == 1)
    }

    @Test func `bodies come in chunks, and a client that waits for leave gets it`() async throws {
        let server = try echo()
        let client = try await WireClient(server)
        try await client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
        #expect(try await client.text(upTo: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        try await client.send("2\r\nhi\r\n0\r\n\r\n")
        #expect(try await client.text(upTo: "hi") == Self.answer("PUT http://a/ hi"))
        // Nobody is given leave who has begun, or whose body is refused.
        try await client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nhi")
        #expect(try await client.text(upTo: "hi") == Self.answer("PUT http://a/ hi"))
        let large = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n"
        let refusal = Self.refusal("413 Content Too Large", "the body has more than 1048576 bytes")
        #expect(try await client.exchange(large) == refusal)
    }

    @Test func `HEAD is answered as GET, without the body`() async throws {
        let wire = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.0\r\nHost: a\r\n\r\n"
        let head = String(Self.answer("HEAD http://a/ ").dropLast("HEAD http://a/ ".count))
        #expect(try await WireClient(echo()).exchange(wire) == head + Self.answer("GET http://a/ ", "close"))
    }

    @Test(arguments: [
        ("nonsense\r\n", "400 Bad Request", "this is not a request of HTTP/1.1"),
        ("GET / HTTP/1.1\r\n\r\n", "400 Bad Request", "a request must name its host exactly once"),
        ("GET / HTTP/3.0\r\n", "505 HTTP Version Not Supported", "only HTTP/1.0 and HTTP/1.1 are understood here"),
        ("GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", "400 Bad Request", "the address is invalid"),
        (
            "BREW / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "501 Not Implemented",
            "the method is not supported here"
        ),
    ])
    func `what cannot be answered is refused, and the connection closed`(wire: String, status: String, reason: String)
        async throws
    {
        // What follows is not taken for a request.
        let answer = try await WireClient(echo()).exchange(wire + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer == Self.refusal(status, reason))
    }

    @Test func `a request without a host gets the server's own`() async throws {
        let server = try echo()
        #expect(
            try await WireClient(server).exchange("GET /a HTTP/1.0\r\n\r\n")
                == Self.answer("GET \(server.origin)/a ", "close")
        )
    }

    @Test func `an answer that cannot be sent is one about that`() async throws {
        let server = try HTTPServer { (_: HTTPRequest) in
            HTTPResponse(status: 200, headers: ["X": "a\r\nSet-Cookie: b"], body: Array("c".utf8))
        }
        let text = try await WireClient(server).exchange("GET / HTTP/1.0\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 500 Internal Server Error\r\n"))
        #expect(!text.contains("Set-Cookie"))
    }

    @Test func `the date is that of the clock`() async throws {
        let framing = HTTPResponse.Framing(time: 784_111_777)
        // RFC 9110 §5.6.7 has this moment as its example.
        let wire = String(decoding: HTTPResponse(status: 204).wire(framing), as: UTF8.self)
        #expect(
            wire == "HTTP/1.1 204 No Content\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: keep-alive\r\n\r\n"
        )
    }

    @Test func `a client that idles for too long is cut off without a response`() async throws {
        let time = ManualTime(sleepers: .wait)
        let server = try echo(HTTPServerLimits(idle: .seconds(5)), time: time)
        let client = try await WireClient(server)
        try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await client.text(upTo: "http://a/ ") == Self.answer("GET http://a/ "))
        await time.sleepers(atLeast: 1)
        time.advance(by: .seconds(5))
        #expect(try await client.text() == "")
    }

    @Test(arguments: ["G", "GET / HTTP/1.1\r\nHost: a\r\n", "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na"])
    func `a request that does not come to an end is refused in time`(wire: String) async throws {
        let time = ManualTime(sleepers: .wait)
        let server = try echo(HTTPServerLimits(idle: .seconds(1000), request: .seconds(5)), time: time)
        let client = try await WireClient(server)
        try await client.send(wire)
        // Which of its waits the server has come to, nobody can tell from here.
        let clock = Task {
            while !Task.isCancelled {
                time.advance(by: .milliseconds(100))
                try? await Task.sleep(for: .milliseconds(1))
            }
        }
        let answer = try await client.text()
        clock.cancel()
        await clock.value
        #expect(answer == Self.refusal("408 Request Timeout", "the request did not arrive in time"))
    }

    @Test func `a client that does not read an answer is cut off in time`() async throws {
        let time = ManualTime(sleepers: .wait)
        let large = [UInt8](repeating: 120, count: 64 << 20)
        let server = try HTTPServer(limits: HTTPServerLimits(answer: .seconds(5)), time: time) { (_: HTTPRequest) in
            HTTPResponse(status: 200, body: large)
        }
        let client = try await WireClient(server)
        try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let clock = Task {
            while server.connections.open > 0 || server.connections.accepted == 0 {
                time.advance(by: .milliseconds(100))
                try? await Task.sleep(for: .milliseconds(1))
            }
        }
        await clock.value
        #expect(server.connections.accepted == 1)
    }

    @Test func `a client that comes when all places are taken replaces the one that idles longest`() async throws {
        let server = try echo(HTTPServerLimits(connections: 2))
        let (first, second) = (try await WireClient(server), try await WireClient(server))
        for client in [first, second] {
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await client.text(upTo: "http://a/ ")
        }
        let third = try await WireClient(server)
        #expect(try await third.exchange("GET / HTTP/1.0\r\nHost: a\r\n\r\n") == Self.answer("GET http://a/ ", "close"))
        #expect(try await first.text() == "")
        #expect(server.connections.most == 2)
        try await second.send("GET /2 HTTP/1.0\r\nHost: a\r\n\r\n")
        #expect(try await second.text() == Self.answer("GET http://a/2 ", "close"))
    }

    @Test func `a stopped server answers what is under way, and closes`() async throws {
        let (asked, goes) = (Signal(), Signal())
        let server = try HTTPServer { request in
            asked.give()
            await goes.wait()
            return Self.echo(request)
        }
        let (idle, busy) = (try await WireClient(server), try await WireClient(server))
        try await busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await asked.wait()
        while server.connections.accepted < 2 { try await Task.sleep(for: .milliseconds(1)) }
        let stopping = Task { await server.stop() }
        // The one who idles is cut off while the other is still served, and nobody is accepted any more.
        #expect(try await idle.text() == "")
        goes.give()
        #expect(try await busy.text() == Self.answer("GET http://a/ ", "close"))
        busy.connection.shutDown()
        await stopping.value
        #expect(server.connections.open == 0)
    }

    @Test func `a closed server cuts all clients off`() async throws {
        let asked = Signal()
        let server = try HTTPServer.exchanging { exchange in
            asked.give()
            #expect(await !exchange.pause(for: .seconds(600)))
            return .closes
        }
        let client = try await WireClient(server)
        try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await asked.wait()
        server.close()
        #expect(try await client.text() == "")
        await #expect(throws: SocketFailure.refused) { _ = try await WireClient(server) }
        await server.stop()
        #expect(server.connections.open == 0)
    }

    @Test func `a server that nobody has any more ends`() async throws {
        var server: HTTPServer? = try echo()
        let client = try await WireClient(try #require(server), keeps: false)
        // Whoever was not accepted yet would see a reset.
        while server?.connections.accepted == 0 { try await Task.sleep(for: .milliseconds(1)) }
        server = nil
        #expect(try await client.text() == "")
    }

    @Test func `a port that is taken is reported`() async throws {
        let server = try echo()
        let problem = #expect(throws: Diagnostic.self) { try HTTPServer(at: server.endpoint) { Self.echo($0) } }
        #expect(
            problem?.rendered() == """
                error[server.listen]: nothing can listen at '\(server.endpoint)': Address already in use
                  hint: port 0 selects any free port
                """
        )
    }
}

/// Something that happens once, and is waited for.
private final class Signal: Sendable {
    private let (stream, continuation) = AsyncStream<Void>.makeStream()
    func give() { continuation.yield() }
    func wait() async { for await _ in stream { return } }
}
