@testable import HTTP
import PluginKit
import TestTags
import Testing

@Suite(.tags(.server)) struct RedirectTests {
    /// A server where everything but `/end` leads there.
    private func server(_ status: String, to location: String = "/end?a=b") throws -> LoopbackServer {
        try LoopbackServer { request, peer in
            if request.target.hasPrefix("/end") {
                await peer.answer("200 OK", "end")
            } else {
                await peer.answer(status, "look there", fields: "Location: \(location)\r\n")
            }
        }
    }

    @Test(
        arguments: [
            ("301 Moved Permanently", HTTPRequest.Method.get, "GET"), ("302 Found", .get, "GET"),
            ("303 See Other", .get, "GET"), ("307 Temporary Redirect", .get, "GET"), ("302 Found", .head, "HEAD"),
            ("301 Moved Permanently", .post, "GET"), ("302 Found", .post, "GET"), ("303 See Other", .post, "GET"),
            ("303 See Other", .put, "GET"), ("302 Found", .put, "PUT"), ("307 Temporary Redirect", .post, "POST"),
            ("308 Permanent Redirect", .post, "POST"),
        ]
    )
    func `a redirect within the server is followed`(
        status: String,
        method: HTTPRequest.Method,
        then: String
    ) async throws {
        let server = try server(status)
        let body = method == .post || method == .put ? Array("{}".utf8) : []
        var headers = HTTPHeaders([.init("Authorization", value: "Bearer abc", isSecret: true)])
        if !body.isEmpty { headers["Content-Type"] = "application/json" }
        let response = try await CurlTransport().send(
            HTTPRequest(method, url: try server.url("/start"), headers: headers, body: body)
        )
        #expect(response.status == 200)
        let last = try #require(server.requests.last)
        #expect(last.line == "\(then) /end?a=b HTTP/1.1")
        let keepsBody = then == method.rawValue
        #expect(last.body == (keepsBody ? body : []))
        #expect(last.field("Content-Type") == (keepsBody && !body.isEmpty ? "application/json" : nil))
        #expect(last.field("Authorization") == "Bearer abc")
        #expect(server.connections == 1)
    }

    @Test func `another server is never asked`() async throws {
        let other = try LoopbackServer { _, peer in await peer.answer() }
        let server = try server("302 Found", to: other.origin + "/?token=abc")
        let failure = await CurlTransport().failure(HTTPRequest(.get, url: try server.url()))
        #expect(failure == HTTPFailure(.redirect, origin: server.origin, detail: "to \(other.origin)"))
        #expect(other.requests.isEmpty)
    }

    @Test(
        arguments: [
            ("https://127.0.0.1/end", "to https://127.0.0.1"), ("//example.org/end", "to http://example.org"),
            ("ftp://127.0.0.1/end", "to an invalid address"),
            ("http://user:secret@127.0.0.1/", "to an invalid address"),
        ]
    )
    func `another scheme or port is another server`(location: String, detail: String) async throws {
        let server = try server("302 Found", to: location)
        let failure = await CurlTransport().failure(HTTPRequest(.get, url: try server.url()))
        #expect(failure == HTTPFailure(.redirect, origin: server.origin, detail: detail))
    }

    @Test func `ten are followed and no more`() async throws {
        let server = try LoopbackServer { request, peer in
            let number = Int(request.target.dropFirst()) ?? 0
            if number == 0 { return await peer.answer("200 OK", "end") }
            await peer.answer("302 Found", fields: "Location: \(number - 1)\r\n")
        }
        let transport = CurlTransport()
        #expect(try await transport.send(HTTPRequest(.get, url: try server.url("/10"))).text == "end")
        let failure = await transport.failure(HTTPRequest(.get, url: try server.url("/11")))
        #expect(failure == HTTPFailure(.redirect, origin: server.origin, detail: "10 times, and then once more"))
    }

    @Test func `one that leads nowhere is an answer`() async throws {
        let server = try LoopbackServer { _, peer in await peer.answer("301 Moved Permanently", "where?") }
        #expect(try await CurlTransport().send(HTTPRequest(.get, url: try server.url())).status == 301)
    }

    @Test func `the limit of time is for all of them`() async throws {
        let server = try LoopbackServer { request, peer in
            if request.target == "/end" { return await peer.waitForEnd() }
            await peer.answer("302 Found", fields: "Location: /end\r\n")
        }
        var limits = HTTPLimits.generous
        limits.whole = .milliseconds(100)
        let failure = await CurlTransport().failure(HTTPRequest(.get, url: try server.url(), limits: limits))
        #expect(failure?.kind == .timedOut)
        #expect(server.requests.count == 2)
    }

    // RFC 3986 §5.4.1 and §5.4.2, as far as they are http.
    @Test(
        arguments: [
            ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"), ("?y", "/b/c/d;p?y"),
            ("g?y", "/b/c/g?y"), ("#s", "/b/c/d;p?q"), ("g#s", "/b/c/g"), ("g?y#s", "/b/c/g?y"), (";x", "/b/c/;x"),
            ("g;x=1/./y", "/b/c/g;x=1/y"), ("", "/b/c/d;p?q"), (".", "/b/c/"), ("./", "/b/c/"), ("..", "/b/"),
            ("../", "/b/"), ("../g", "/b/g"), ("../..", "/"), ("../../g", "/g"), ("../../../g", "/g"),
            ("/./g", "/g"), ("/../g", "/g"), ("g.", "/b/c/g."), ("..g", "/b/c/..g"), ("./g/.", "/b/c/g/"),
            ("g/../h", "/b/c/h"), ("g?y/../x", "/b/c/g?y/../x"), ("http://a/x", "/x"), ("//a/x", "/x"),
        ]
    )
    func `a reference is an address from where it stands`(reference: String, target: String) throws {
        let base = try HTTPURL("http://a/b/c/d;p?q")
        let url = try #require(Redirect.url(reference, from: base))
        #expect(url.description == "http://a" + target)
    }
}
