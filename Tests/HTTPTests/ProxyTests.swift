import Glibc
@testable import HTTP
import PluginKit
import Testing

@Suite struct ProxyTests {
    @Test func `a proxy is asked for the whole address`() async throws {
        let proxy = try LoopbackServer { _, peer in peer.answer("200 OK", "from the proxy") }
        let transport = CurlTransport(environment: ["http_proxy": proxy.origin])
        let response = try await transport.send(HTTPRequest(.get, try HTTPURL("http://somewhere.invalid/a?b=c")))
        #expect(response.text == "from the proxy")
        #expect(proxy.requests.map(\.line) == ["GET http://somewhere.invalid/a?b=c HTTP/1.1"])
        #expect(proxy.requests.first?.field("Host") == "somewhere.invalid")
    }

    @Test func `what is not to go through the proxy does not`() async throws {
        let server = try LoopbackServer { _, peer in peer.answer("200 OK", "from the server") }
        let environment = ["http_proxy": "http://127.0.0.1:1", "no_proxy": "example.org,127.0.0.1"]
        let transport = CurlTransport(environment: environment)
        #expect(try await transport.send(HTTPRequest(.get, try server.url())).text == "from the server")
    }

    @Test func `the environment of the process itself counts for nothing`() async throws {
        // In a process of its own: no other test may see the change.
        await #expect(processExitsWith: .success) {
            setenv("http_proxy", "http://127.0.0.1:1", 1)
            let server = try LoopbackServer { _, peer in peer.answer("200 OK", "from the server") }
            let response = try await CurlTransport().send(HTTPRequest(.get, try server.url()))
            exit(response.text == "from the server" ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }

    @Test func `a proxy is asked for a tunnel, and no header goes to it`() async throws {
        let proxy = try LoopbackServer { _, peer in peer.answer("407 Proxy Authentication Required") }
        let transport = CurlTransport(environment: ["HTTPS_PROXY": proxy.origin])
        var request = HTTPRequest(.get, try HTTPURL("https://somewhere.invalid/a?b=c"))
        request.headers.append(.init("Authorization", "Bearer abc", isSecret: true))
        let failure = await transport.failure(request)
        let detail = "the proxy refuses with status 407"
        #expect(failure == HTTPFailure(.unreachable, "https://somewhere.invalid", detail: detail))
        #expect(proxy.requests.map(\.line) == ["CONNECT somewhere.invalid:443 HTTP/1.1"])
        #expect(proxy.requests.first?.field("Authorization") == nil)
    }

    @Test func `the proxy's password is for the proxy only`() async throws {
        let proxy = try LoopbackServer { _, peer in peer.answer() }
        let address = "http://me:secret@127.0.0.1:\(proxy.port)"
        let transport = CurlTransport(environment: ["all_proxy": address])
        _ = try await transport.send(HTTPRequest(.get, try HTTPURL("http://somewhere.invalid/")))
        // base64 of me:secret
        #expect(proxy.requests.first?.field("Proxy-Authorization") == "Basic bWU6c2VjcmV0")

        let (socket, port) = try LoopbackServer.listener()
        close(socket)
        let without = CurlTransport(environment: ["all_proxy": "http://me:secret@127.0.0.1:\(port)"])
        let failure = await without.failure(HTTPRequest(.get, try HTTPURL("http://somewhere.invalid/")))
        #expect(
            failure == HTTPFailure(.refused, "http://somewhere.invalid", detail: "it is the proxy that does not")
        )
        let lost = CurlTransport(environment: ["all_proxy": "http://me:secret@nowhere.invalid:80"])
        let other = await lost.failure(HTTPRequest(.get, try HTTPURL("http://somewhere.invalid/")))
        #expect(
            other == HTTPFailure(.unresolved, "http://somewhere.invalid", detail: "it is the proxy that has no address")
        )
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let environment: [String: String]
        let url: String
        let proxy: String
        var testDescription: String { "\(environment) \(url)" }

        init(_ environment: [String: String], _ url: String, _ proxy: String) {
            self.environment = environment
            self.url = url
            self.proxy = proxy
        }
    }

    static let cases = [
        Case([:], "http://a", ""),
        Case(["http_proxy": "p"], "http://a", "p"),
        Case(["http_proxy": "p"], "https://a", ""),
        Case(["HTTP_PROXY": "p"], "http://a", ""),
        Case(["HTTPS_PROXY": "p"], "https://a", "p"),
        Case(["HTTPS_PROXY": "p", "https_proxy": "q"], "https://a", "q"),
        Case(["all_proxy": "p"], "http://a", "p"),
        Case(["ALL_PROXY": "p", "https_proxy": "q"], "https://a", "q"),
        Case(["ALL_PROXY": "p", "http_proxy": ""], "http://a", "p"),
    ]

    @Test(arguments: cases)
    func `variables say which proxy`(_ item: Case) throws {
        #expect(try ProxyRules(item.environment).proxy(for: HTTPURL(item.url)) == item.proxy)
    }

    @Test(
        arguments: [
            ("*", "http://a", true), ("", "http://a", false), ("a", "http://a", true), ("A", "http://a", true),
            ("a", "http://ba", false), ("example.org", "http://api.example.org", true),
            (".example.org", "http://api.example.org", true), (".example.org", "http://example.org", true),
            ("*.example.org", "http://api.example.org", true), ("example.org", "http://notexample.org", false),
            ("example.org:8080", "http://example.org:8080", true), ("example.org:8080", "http://example.org", false),
            ("b, c a", "http://a", true), ("10.0.0.0/8", "http://10.1.2.3", true),
            ("10.0.0.0/8", "http://11.1.2.3", false), ("10.0.0.0/9", "http://10.128.0.1", false),
            ("127.0.0.1", "http://127.0.0.1:80", true), ("127.0.0.1", "http://127.0.0.2", false),
            ("0.0.0.0/0", "http://1.2.3.4", true), ("fd00::/8", "http://[fd12::1]", true),
            ("::1", "http://[::1]", true), ("[::1]", "http://[::1]", true), ("10.0.0.0/8", "http://[fd12::1]", false),
            ("10.0.0.0/8", "http://example.org", false),
        ]
    )
    func `exceptions are hosts, domains, addresses and networks`(list: String, url: String, isException: Bool) throws {
        let rules = ProxyRules(["http_proxy": "p", "no_proxy": list])
        #expect(rules.proxy(for: try HTTPURL(url)).isEmpty == isException)
    }
}
