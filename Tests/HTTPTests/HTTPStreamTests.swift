import HTTP
import PluginKit
import PluginTestKit
import Sockets
import Testing

/// Responses that are written piece by piece.
@Suite(.timeLimit(.minutes(1))) struct HTTPStreamTests {
    private func server(
        _ limits: HTTPServerLimits = .monitor,
        time: (any TimeSource)? = nil,
        write: @escaping @Sendable (HTTPExchange, HTTPStream) async -> Void
    ) throws -> HTTPServer {
        try HTTPServer.exchanging(limits: limits, time: time) { exchange in
            let response = HTTPResponse(status: 200, headers: ["Content-Type": "text/event-stream"])
            guard let stream = await exchange.begin(response) else { return .closes }
            await write(exchange, stream)
            return await stream.end()
        }
    }

    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func two(_ exchange: HTTPExchange, _ stream: HTTPStream) async {
        for piece in ["ab", "", "a line of text\n"] { #expect(await stream.write(Array(piece.utf8))) }
    }

    @Test(arguments: [
        (
            get + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            head
                + "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n2\r\nab\r\nf\r\na line of text\n\r\n0\r\n\r\n"
                + head
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\nf\r\na line of text\n\r\n0\r\n\r\n"
        ),
        ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", head + "Connection: close\r\n\r\naba line of text\n"),
        (
            "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            head + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        ),
    ])
    func `pieces are sent in the form that the client understands`(wire: String, expected: String) async throws {
        let server = try server { await Self.two($0, $1) }
        #expect(try await WireClient(server).exchange(wire) == expected)
    }

    @Test func `a piece arrives before the next one is written`() async throws {
        let (more, next) = AsyncStream<Void>.makeStream()
        let server = try server { _, stream in
            _ = await stream.write(Array("one".utf8))
            for await _ in more { break }
            _ = await stream.write(Array("two".utf8))
        }
        let client = try await WireClient(server)
        try await client.send(Self.get)
        _ = try await client.text(upTo: "one\r\n")
        next.yield()
        #expect(try await client.text(upTo: "0\r\n\r\n") == "3\r\ntwo\r\n0\r\n\r\n")
    }

    @Test func `a client that has left ends the stream`() async throws {
        let (ended, end) = AsyncStream<Void>.makeStream()
        let server = try server { exchange, stream in
            while await stream.write(Array("tick\n".utf8)), await exchange.pause(for: .milliseconds(1)) {}
            end.yield()
        }
        let client = try await WireClient(server)
        try await client.send(Self.get)
        _ = try await client.text(upTo: "tick\n\r\n")
        client.connection.shutDown()
        for await _ in ended { break }
    }

    @Test func `a client that does not read ends the stream after 5 seconds`() async throws {
        let time = ManualTime(sleepers: .wait)
        let (ended, end) = AsyncStream<Duration>.makeStream()
        let server = try server(time: time) { _, stream in
            let piece = [UInt8](repeating: 120, count: 1 << 20)
            var last = time.now
            while await stream.write(piece) { last = time.now }
            #expect(await !stream.write([1]))
            end.yield(time.now - last)
        }
        let client = try await WireClient(server)
        try await client.send(Self.get)
        let clock = Task {
            while !Task.isCancelled {
                time.advance(by: .milliseconds(100))
                try? await Task.sleep(for: .milliseconds(1))
            }
        }
        var waited: Duration?
        for await duration in ended {
            waited = duration
            break
        }
        clock.cancel()
        await clock.value
        #expect(waited.map { .seconds(4) < $0 && $0 < .seconds(10) } == true)
    }

    @Test func `a stopped server does not wait for its streams`() async throws {
        let server = try server { exchange, stream in
            while await stream.write(Array("tick\n".utf8)), await exchange.pause(for: .seconds(600)) {}
        }
        let client = try await WireClient(server)
        try await client.send(Self.get)
        _ = try await client.text(upTo: "tick\n\r\n")
        await server.stop()
        // Complete: the client knows that nothing is missing.
        #expect(try await client.text() == "0\r\n\r\n")
    }

    @Test func `further streams are refused, but not further requests`() async throws {
        var limits = HTTPServerLimits.monitor
        limits.streams = 2
        let server = try server(limits) { exchange, stream in
            while await stream.write(Array("tick\n".utf8)), await exchange.pause(for: .seconds(600)) {}
        }
        var clients: [WireClient] = []
        for _ in 1...2 {
            let client = try await WireClient(server)
            try await client.send(Self.get)
            _ = try await client.text(upTo: "tick\n\r\n")
            clients.append(client)
        }
        let text = try await WireClient(server).exchange(Self.get)
        #expect(text.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
        // One that ends leaves its place.
        clients[0].connection.shutDown()
        while server.connections.open > 1 { try await Task.sleep(for: .milliseconds(1)) }
        let next = try await WireClient(server)
        try await next.send(Self.get)
        #expect(try await next.text(upTo: "tick\n\r\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
        server.close()
    }
}
