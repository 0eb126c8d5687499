import HTTP
import PluginKit
import Sockets
import TestTags
import Testing

@Suite(.tags(.server)) struct LimitTests {
    /// Limits of which one is soon over.
    private func limits(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
        var limits = HTTPLimits.generous
        change(&limits)
        return limits
    }

    @Test func `a connection that is not made in time`() async throws {
        // It is accepted, but nobody answers the greeting of TLS.
        let listener = try Listener(at: .port(0, of: "127.0.0.1"))
        let url = try HTTPURL("https://127.0.0.1:\(listener.port ?? 0)/")
        let failure = await CurlTransport().failure(
            HTTPRequest(.get, url: url, limits: limits { $0.connect = .milliseconds(50) })
        )
        #expect(failure == HTTPFailure(.timedOut, origin: url.origin, detail: "there was no connection after 50ms"))
        withExtendedLifetime(listener) {}
    }

    @Test func `an answer that does not begin in time`() async throws {
        let server = try LoopbackServer { _, peer in await peer.waitForEnd() }
        let request = HTTPRequest(.get, url: try server.url(), limits: limits { $0.firstByte = .milliseconds(50) })
        let failure = await CurlTransport().failure(request)
        #expect(failure == HTTPFailure(.timedOut, origin: server.origin, detail: "no answer came for 50ms"))
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"])
    func `an answer that stops`(wire: String) async throws {
        let server = try LoopbackServer { _, peer in
            await peer.send(wire)
            await peer.waitForEnd()
        }
        let request = HTTPRequest(.get, url: try server.url(), limits: limits { $0.idle = .milliseconds(50) })
        let failure = await CurlTransport().failure(request)
        let detail = "the answer stopped, and nothing more came for 50ms"
        #expect(failure == HTTPFailure(.timedOut, origin: server.origin, detail: detail))
    }

    @Test func `an answer that drips`() async throws {
        // Each byte is in time, the whole is not. The drip ends with the connection.
        let server = try LoopbackServer { _, peer in
            await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while await peer.drip() {}
        }
        let request = HTTPRequest(
            .get,
            url: try server.url(),
            limits: limits {
                $0.idle = .seconds(10)
                $0.whole = .milliseconds(150)
            }
        )
        let failure = await CurlTransport().failure(request)
        #expect(failure == HTTPFailure(.timedOut, origin: server.origin, detail: "it was not complete after 150ms"))
    }

    @Test func `what is over its time gives its connection to the next`() async throws {
        let server = try LoopbackServer { request, peer in
            if request.number == 1 { await peer.waitForEnd() } else { await peer.answer() }
        }
        let transport = CurlTransport(connectionsPerHost: 1)
        let soon = HTTPRequest(.get, url: try server.url(), limits: limits { $0.firstByte = .milliseconds(50) })
        #expect(await transport.failure(soon)?.kind == .timedOut)
        #expect(try await transport.send(HTTPRequest(.get, url: try server.url())).status == 200)
    }

    /// An answer that is too large for a limit of 1024 bytes.
    struct Large: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let detail: String
        /// What comes before what comes again and again.
        let head: String
        let again: [UInt8]
    }

    static let large = [
        Large(
            testDescription: "a body that says so",
            detail: "it has more than 1 KiB",
            head: "HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\n",
            again: []
        ),
        Large(
            testDescription: "a body without an end",
            detail: "it has more than 1 KiB",
            head: "HTTP/1.1 200 OK\r\n\r\n",
            again: Array("x".utf8)
        ),
        Large(
            testDescription: "chunks without an end",
            detail: "it has more than 1 KiB",
            head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            again: Array("5\r\nhello\r\n".utf8)
        ),
        Large(
            testDescription: "packed nothings without an end",
            detail: "it has more than 1 KiB",
            head: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
            again: Gzip.packed([])
        ),
        Large(
            testDescription: "fields without an end",
            detail: "the header has more than 64 KiB",
            head: "HTTP/1.1 200 OK\r\n",
            again: Array("X-Field: value\r\n".utf8)
        ),
        Large(
            testDescription: "interim answers without an end",
            detail: "the header has more than 64 KiB",
            head: "",
            again: Array("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n".utf8)
        ),
        Large(
            testDescription: "a field without an end",
            detail: "a line of the header has no end",
            head: "HTTP/1.1 200 OK\r\nX-Field: ",
            again: Array("value".utf8)
        ),
    ]

    @Test(arguments: large)
    func `what is too large is given up while it comes`(_ item: Large) async throws {
        let server = try LoopbackServer { _, peer in
            await peer.send(item.head)
            let piece = Array(repeatElement(item.again, count: max(1, 4096 / max(1, item.again.count))).joined())
            if piece.isEmpty { await peer.waitForEnd() } else { while await peer.sendMore(piece) {} }
        }
        let request = HTTPRequest(.get, url: try server.url(), limits: limits { $0.bodyBytes = 1024 })
        let failure = await CurlTransport().failure(request)
        #expect(failure == HTTPFailure(.tooLarge, origin: server.origin, detail: item.detail))
    }

    @Test func `a body that is just as large as allowed is fine`() async throws {
        let server = try LoopbackServer { _, peer in await peer.answer("200 OK", [UInt8](repeating: 120, count: 1024)) }
        let request = HTTPRequest(.get, url: try server.url(), limits: limits { $0.bodyBytes = 1024 })
        #expect(try await CurlTransport().send(request).body.count == 1024)
    }
}
