import HTTP
import PluginKit
import PluginTestKit
import Sockets
import Testing

/// A server with the limits of a monitor, against clients that are broken or mean harm.
@Suite(.timeLimit(.minutes(1))) struct HostileClientTests {
    /// Answers `GET` and `HEAD` as a monitor does; `/large` with 4 MiB.
    private func server(
        _ limits: HTTPServerLimits = .monitor,
        time: (any TimeSource)? = nil
    ) throws -> HTTPServer {
        let access = HTTPAccess(hosts: [], token: nil)
        return try HTTPServer.exchanging(limits: limits, time: time) { exchange in
            let head = exchange.head
            if let refusal = access.refusal(for: head) { return await exchange.answer(refusal) }
            guard ["GET", "HEAD"].contains(head.method) else {
                let headers: HTTPHeaders = ["Allow": "GET, HEAD", "Connection": "close"]
                return await exchange.answer(HTTPResponse(status: 405, headers: headers))
            }
            if head.target == "/wait" { _ = await exchange.pause(for: .seconds(600)) }
            let body = [UInt8](repeating: 120, count: head.target == "/large" ? 4 << 20 : 2)
            return await exchange.answer(HTTPResponse(status: 200, body: body))
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let wire: [UInt8]
        /// The statuses of all responses until the end.
        let statuses: [Int]

        init(_ name: String, _ wire: String, _ statuses: Int...) {
            testDescription = name
            self.wire = Array(wire.utf8)
            self.statuses = statuses
        }

        /// Bytes of another protocol, after which no line end may come.
        init(_ name: String, bytes: [UInt8]) {
            testDescription = name
            wire = bytes
            statuses = [400]
        }
    }

    private static func get(_ target: String = "/", fields: String..., host: String = "localhost") -> String {
        "GET \(target) HTTP/1.1\r\nHost: \(host)\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    private static func post(_ fields: String..., body: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: localhost\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
    }

    static let cases = [
        Case("no host", "GET / HTTP/1.1\r\n\r\n", 400),
        Case("two hosts", get(fields: "Host: localhost"), 400),
        Case("line ends without CR", "GET / HTTP/1.1\nHost: localhost\n\n", 400),
        Case("a CR in a value", get(fields: "X: a\rb"), 400),
        Case("a NUL in a value", get(fields: "X: a\u{0}b"), 400),
        Case("a NUL in the address", "GET /\u{0} HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        Case("a continued field", get(fields: "X: a", " b"), 400),
        Case("a blank before the colon", get(fields: "X : a"), 400),
        Case("no colon", get(fields: "X"), 400),
        Case("an empty name", get(fields: ": a"), 400),
        Case("a name beyond ASCII", get(fields: "Ä: a"), 400),
        Case("two blanks in the request line", "GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        Case("a tab in the request line", "GET\t/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        Case("a blank after the version", "GET / HTTP/1.1 \r\nHost: localhost\r\n\r\n", 400),
        Case("a version in small letters", "GET / http/1.1\r\nHost: localhost\r\n\r\n", 400),
        Case("HTTP/0.9", "GET /\r\n", 400),
        Case("no version", "GET / HTTP/\r\nHost: localhost\r\n\r\n", 400),
        Case("a method longer than any", "ABCDEFGHIJKLMNOPQRST / HTTP/1.1\r\nHost: localhost\r\n\r\n", 501),
        Case("the server itself", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        Case("a tunnel", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        Case("an encoded NUL", get("/%00"), 400),
        Case("digits that are none", get("/%zz"), 400),
        Case("an overlong form of UTF-8", get("/%c0%ae%c0%ae/"), 400),
        Case("an address beyond ASCII", get("/ä"), 400),
        Case("a fragment", get("/#a"), 400),
        Case("an address without a slash", get("a"), 400),
        Case("another scheme", get("file:///etc/passwd"), 400),
        Case("a negative length", post("Content-Length: -1"), 400),
        Case("a length with a sign", post("Content-Length: +0"), 400),
        Case("a list of lengths", post("Content-Length: 0, 0"), 400),
        Case("two lengths", post("Content-Length: 0", "Content-Length: 0"), 400),
        Case("many empty lines", String(repeating: "\r\n", count: 100) + get(), 400),
        Case("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        Case("HTTP/2.0", "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", 505),
        Case("HTTP/1.2", "GET / HTTP/1.2\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200),
        Case("a body", post("Content-Length: 1", body: "a"), 413),
        Case("a body of a GET", get(fields: "Content-Length: 5") + "hello", 413),
        Case("a length beyond all numbers", post("Content-Length: 99999999999999999999"), 413),
        Case("an empty body", get(fields: "Content-Length: 0", "Connection: close"), 200),
        Case("chunks", post("Transfer-Encoding: chunked", body: "0\r\n\r\n"), 501),
        Case("chunks and a length", post("Transfer-Encoding: chunked", "Content-Length: 5", body: "0\r\n\r\n"), 501),
        Case("a hidden coding", post("Transfer-Encoding: x, chunked", body: get()), 501),
        Case("an expectation", post("Expect: 100-continue", "Content-Length: 0"), 417),
        Case("another method", post(), 405),
        Case("TRACE", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        Case("a small method", "get / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        Case("what follows another method", post() + get(), 405),
        Case("a long address", get("/" + String(repeating: "a", count: 3000)), 414),
        Case("an address without end", "GET /" + String(repeating: "a", count: 1 << 20), 414),
        Case("a long field", get(fields: "X: " + String(repeating: "a", count: 10 << 10)), 431),
        Case("a field without end", "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 1 << 20), 431),
        Case(
            "a head of a megabyte",
            "GET / HTTP/1.1\r\n" + String(repeating: "X: " + String(repeating: "a", count: 1000) + "\r\n", count: 1000),
            431
        ),
        Case("many fields", "GET / HTTP/1.1\r\n" + String(repeating: "X: a\r\n", count: 100) + "\r\n", 431),
        Case("another host", get(host: "evil.example"), 421),
        Case("a name for the address", get(host: "127.0.0.1.nip.io"), 421),
        Case("another host in the address", get("http://evil.example/"), 421),
        Case("another host, by another method", "POST / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        Case("1.0 without a host", "GET / HTTP/1.0\r\n\r\n", 200),
        Case("an empty line before", "\r\n" + get(fields: "Connection: close"), 200),
        Case("three at once", get() + get() + get(fields: "Connection: close"), 200, 200, 200),
        Case("a part", get(fields: "Range: bytes=0-0,1-1", "Connection: close"), 200),
        Case("an upgrade", get(fields: "Upgrade: h2c", "HTTP2-Settings: AAMAAABk", "Connection: Upgrade, close"), 200),
        Case("a second that is none", get() + "nonsense\r\n", 200, 400),
        Case(
            "the greeting of TLS",
            bytes: [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3] + [UInt8](repeating: 7, count: 506)
        ),
        Case("bytes", bytes: [0, 1, 2, 0xFF]),
        Case("a line end", "\n", 400),
        Case("digits", "123 / HTTP/1.1\r\n\r\n", 400),
    ]

    /// The statuses of responses that have no body but `xx` or a line of text.
    private func statuses(_ text: String) -> [Int] {
        text.matches(of: #/HTTP/1\.1 (\d{3}) /#).compactMap { Int($0.output.1) }
    }

    @Test(arguments: cases) func `each is answered as it deserves, and then the connection ends`(_ item: Case)
        async throws
    {
        let server = try server()
        let client = try await WireClient(server)
        try await client.send(item.wire)
        let text = try await client.text()
        #expect(statuses(text) == item.statuses, "\(text)")
        if let last = item.statuses.last, last >= 400, ![421, 405].contains(last) {
            #expect(text.contains("Cache-Control: no-store\r\n"))
        }
        // Whatever it was, others are served.
        let next = try await WireClient(server).exchange(Self.get(fields: "Connection: close"))
        #expect(statuses(next) == [200])
    }

    @Test(arguments: cases.filter { $0.wire.count < 1000 })
    func `bytes that come one by one change nothing`(_ item: Case) async throws {
        let client = try await WireClient(server())
        // A server that has seen enough does not accept the rest.
        for byte in item.wire { guard (try? await client.send([byte])) != nil else { break } }
        #expect(statuses((try? await client.text()) ?? "").starts(with: item.statuses))
    }

    @Test(arguments: [("", []), ("G", [408]), ("GET / HTTP/1.1\r\nHost: localhost\r\nX: a", [408])])
    func `who does not finish a first request in 5 seconds goes`(wire: String, expected: [Int]) async throws {
        let time = ManualTime(sleepers: .wait)
        let server = try server(time: time)
        let client = try await WireClient(server)
        try await client.send(wire)
        await time.sleepers(atLeast: 1)
        let text = try await withClock(time, until: { true }) { try await client.text() }
        #expect(statuses(text) == expected)
        #expect(time.now < .seconds(20))
    }

    @Test func `a byte a second does not extend the time`() async throws {
        let time = ManualTime(sleepers: .wait)
        let server = try server(time: time)
        let client = try await WireClient(server)
        for byte in Self.get(fields: "X: abc").utf8.prefix(4) {
            try await client.send([byte])
            await time.sleepers(atLeast: 1)
            time.advance(by: .seconds(1))
        }
        let start = time.now
        let text = try await withClock(time, until: { true }) { try await client.text() }
        #expect(statuses(text) == [408])
        #expect(start == .seconds(4))
        #expect(server.connections.accepted == 1)
    }

    @Test func `the end in the middle of a head is the end`() async throws {
        let server = try server()
        let client = try await WireClient(server)
        try await client.send("GET / HTTP/1.1\r\nHost:")
        try await onOwnThread { client.connection.shutDown() }
        while server.connections.open > 0 || server.connections.accepted == 0 {
            try await Task.sleep(for: .milliseconds(1))
        }
        #expect(statuses(try await WireClient(server).exchange("GET / HTTP/1.0\r\n\r\n")) == [200])
    }

    @Test func `200 who come and reset disturb nobody`() async throws {
        let server = try server()
        for _ in 1...200 {
            let client = try await WireClient(server)
            client.connection.resetAtEnd()
        }
        #expect(statuses(try await WireClient(server).exchange("GET / HTTP/1.0\r\n\r\n")) == [200])
    }

    @Test func `200 who are silent make room for one who asks`() async throws {
        let server = try server()
        var silent: [WireClient] = []
        for _ in 1...200 { silent.append(try await WireClient(server)) }
        #expect(statuses(try await WireClient(server).exchange("GET / HTTP/1.0\r\n\r\n")) == [200])
        #expect(server.connections.most == 32)
    }

    @Test func `200 who have begun a request make room for one who asks`() async throws {
        let server = try server()
        var slow: [WireClient] = []
        for _ in 1...200 {
            let client = try await WireClient(server)
            try? await client.send("GET / HTTP/1.1\r\nHost: ")
            slow.append(client)
        }
        #expect(statuses(try await WireClient(server).exchange("GET / HTTP/1.0\r\n\r\n")) == [200])
        #expect(server.connections.most == 32)
    }

    @Test func `when all places are busy with requests, others learn so`() async throws {
        var limits = HTTPServerLimits.monitor
        limits.connections = 2
        let server = try server(limits)
        let busy = [try await WireClient(server), try await WireClient(server)]
        for client in busy { try await client.send(Self.get("/wait")) }
        // Until both requests were read, their connections could still make room.
        while true {
            let other = try await WireClient(server)
            let text = (try? await other.exchange(Self.get(fields: "Connection: close"))) ?? ""
            #expect(server.connections.open <= 2)
            if statuses(text) == [503] {
                #expect(text.contains("Retry-After: 5\r\n"))
                break
            }
        }
        server.close()
    }

    @Test func `who does not read a large answer is cut off`() async throws {
        let time = ManualTime(sleepers: .wait)
        let server = try HTTPServer.exchanging(limits: .monitor, time: time) { exchange in
            await exchange.answer(HTTPResponse(status: 200, body: [UInt8](repeating: 120, count: 64 << 20)))
        }
        let client = try await WireClient(server)
        try await client.send(Self.get())
        try await withClock(time, until: { server.connections.open == 0 && server.connections.accepted == 1 }) {}
        #expect(server.connections.open == 0)
        _ = client
    }

    @Test func `who reads slowly but steadily gets a large answer`() async throws {
        let time = ManualTime(sleepers: .wait)
        let size = 16 << 20
        let server = try HTTPServer.exchanging(limits: .monitor, time: time) { exchange in
            await exchange.answer(HTTPResponse(status: 200, body: [UInt8](repeating: 120, count: size)))
        }
        let client = try await WireClient(server)
        try await client.send(Self.get(fields: "Connection: close"))
        // For each piece that is read, some of the time passes that is given for one: more than 10 s in all.
        let count = try await onOwnThread {
            var count = 0
            var bytes: [UInt8] = []
            while try client.connection.read(into: &bytes, atMost: 64 << 10, until: Deadline(in: .seconds(20))) > 0 {
                count += bytes.count
                bytes = []
                time.advance(by: .milliseconds(100))
            }
            return count
        }
        #expect(count > size)
        #expect(time.now > .seconds(20))
    }

    @Test func `a connection takes no more than its requests`() async throws {
        var limits = HTTPServerLimits.monitor
        limits.requests = 3
        let wire = String(repeating: Self.get(), count: 5)
        let text = try await WireClient(server(limits)).exchange(wire)
        #expect(statuses(text) == [200, 200, 200])
        #expect(text.matches(of: #/Connection: close/#).count == 1)
    }

    @Test func `thousands of connections that were kept alive are dropped without a trace`() async throws {
        let server = try server()
        for _ in 1...2000 {
            let client = try await WireClient(server)
            try await client.send(Self.get())
            _ = try await client.text(upTo: "xx")
        }
        while server.connections.open > 0 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(server.connections.accepted == 2000)
    }

    /// Lets time pass during a body and until something is so.
    private func withClock<Value: Sendable>(
        _ time: ManualTime,
        until isDone: @escaping @Sendable () -> Bool,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let clock = Task {
            while !Task.isCancelled {
                time.advance(by: .milliseconds(100))
                try? await Task.sleep(for: .milliseconds(1))
            }
        }
        let value = try await body()
        while !isDone() { try await Task.sleep(for: .milliseconds(1)) }
        clock.cancel()
        await clock.value
        return value
    }
}
