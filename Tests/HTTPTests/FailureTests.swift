import HTTP
import PluginKit
import TestTags
import Testing

@Suite(.tags(.server)) struct FailureTests {
    /// What a server does instead of answering, and what is said about it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: HTTPFailure.Kind
        let detail: String
        let act: @Sendable (Peer) async -> Void

        init(
            _ name: String,
            _ kind: HTTPFailure.Kind,
            _ detail: String,
            _ act: @escaping @Sendable (Peer) async -> Void
        ) {
            testDescription = name
            self.kind = kind
            self.detail = detail
            self.act = act
        }

        /// A server that sends this and ends the connection.
        init(_ name: String, _ kind: HTTPFailure.Kind, _ detail: String, _ wire: String) {
            self.init(name, kind, detail) { peer in
                await peer.send(wire)
                peer.finish()
            }
        }
    }

    static let cases = [
        Case("ends instead of answering", .reset, "the server closed the connection instead of answering") {
            $0.finish()
        },
        Case("resets instead of answering", .reset, "before an answer") { $0.reset() },
        Case("a length that is not reached", .truncated, "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"),
        Case("a length without a body", .truncated, "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"),
        Case(
            "chunks without the last",
            .truncated,
            "",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
        ),
        Case("a chunk that is cut", .truncated, "", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"),
        Case(
            "the end of the chunks cut",
            .truncated,
            "",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
        ),
        Case(
            "chunks that are none",
            .malformed,
            "its chunks are invalid",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n"
        ),
        Case("a header that is cut", .malformed, "its header has no end", "HTTP/1.1 200 OK\r\nContent-Le"),
        Case("something else", .malformed, "", "SSH-2.0-OpenSSH_9.2\r\n"),
        Case(
            "two lengths",
            .malformed,
            "it announces two lengths",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy"
        ),
        Case("a length that is none", .malformed, "", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"),
        Case(
            "another coding",
            .badEncoding,
            "it has a compression that was not requested",
            "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx"
        ),
        Case(
            "another transfer coding",
            .badEncoding,
            "it has a transfer coding that was not requested",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
        ),
        Case("a reset in the body", .reset, "in the middle of the answer") { peer in
            await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello")
            await peer.waitUntilRead()
            peer.reset()
        },
    ]

    @Test(arguments: cases)
    func `everything but a whole answer is a failure with its reason`(_ item: Case) async throws {
        let server = try LoopbackServer { _, peer in await item.act(peer) }
        let transport = CurlTransport()
        let request = HTTPRequest(.get, url: try server.url("/secret?key=abc"), limits: .generous)
        #expect(await transport.failure(request) == HTTPFailure(item.kind, origin: server.origin, detail: item.detail))
        // Nothing is repeated on a new connection.
        #expect(server.requests.count == 1)
    }

    @Test func `no program listens`() async throws {
        let port = try unusedPort()
        let failure = await CurlTransport().failure(
            HTTPRequest(.get, url: try HTTPURL("http://127.0.0.1:\(port)/?key=abc"))
        )
        #expect(failure == HTTPFailure(.refused, origin: "http://127.0.0.1:\(port)"))
        #expect(
            failure?.diagnostic.description
                == """
                error[http.refused]: http://127.0.0.1:\(port): nothing listens at this address
                  hint: is the server running, and is the port right?
                """
        )
    }

    @Test func `the host has no address`() async throws {
        // RFC 6761 §6.4: nothing is ever called so.
        let failure = await CurlTransport().failure(HTTPRequest(.get, url: try HTTPURL("http://nowhere.invalid/")))
        #expect(failure == HTTPFailure(.unresolved, origin: "http://nowhere.invalid"))
    }

    @Test func `a host with a dot at its end is asked under its name without one`() async throws {
        let server = try LoopbackServer { _, peer in await peer.answer("200 OK", "fine") }
        let url = try HTTPURL("http://localhost.:\(server.port)/")
        #expect(try await CurlTransport().send(HTTPRequest(.get, url: url)).text == "fine")
        #expect(server.requests.first?.field("Host") == "localhost:\(server.port)")
        // Through a proxy nothing is looked up here.
        let proxied = CurlTransport(environment: ["http_proxy": server.origin])
        for (address, host) in [("http://example.org./", "example.org"), ("http://example.org.:81/", "example.org:81")]
        {
            #expect(try await proxied.send(HTTPRequest(.get, url: try HTTPURL(address))).text == "fine")
            #expect(server.requests.last?.field("Host") == host)
        }
        let lost = await CurlTransport().failure(HTTPRequest(.get, url: try HTTPURL("http://nowhere.invalid./")))
        let detail = "a name with a dot at its end is one of DNS, and not one of /etc/hosts"
        #expect(lost == HTTPFailure(.unresolved, origin: "http://nowhere.invalid.", detail: detail))
    }

    @Test func `there is no way to such an address`() async throws {
        // RFC 1122 §3.2.1.3: this is never a destination.
        let failure = await CurlTransport().failure(HTTPRequest(.get, url: try HTTPURL("http://255.255.255.255/")))
        #expect(failure?.kind == .unreachable)
    }
}
