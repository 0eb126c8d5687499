import Glibc
@testable import HTTP
import PluginKit
import TestTags
import Testing

@Suite(.tags(.server)) struct ProxyTests {
    @Test func `a proxy is asked for the whole address`() async throws {
        let proxy = try LoopbackServer { _, peer in await peer.answer("200 OK", "from the proxy") }
        let transport = CurlTransport(environment: ["http_proxy": proxy.origin])
        let response = try await transport.send(HTTPRequest(.get, url: try HTTPURL("http://somewhere.invalid/a?b=c")))
        #expect(response.text == "from the proxy")
        #expect(proxy.requests.map(\.line) == ["GET http://somewhere.invalid/a?b=c HTTP/1.1"])
        #expect(proxy.requests.first?.field("Host") == "somewhere.invalid")
    }

    @Test func `what is not to go through the proxy does not`() async throws {
        let server = try LoopbackServer { _, peer in await peer.answer("200 OK", "from the server") }
        let environment = ["http_proxy": "http://127.0.0.1:1", "no_proxy": "example.org,127.0.0.1"]
        let transport = CurlTransport(environment: environment)
        #expect(try await transport.send(HTTPRequest(.get, url: try server.url())).text == "from the server")
    }

    @Test func `the environment of the process itself counts for nothing`() async throws {
        // In a process of its own: no other test may see the change.
        await #expect(processExitsWith: .success) {
            setenv("http_proxy", "http://127.0.0.1:1", 1)
            let server = try LoopbackServer { _, peer in await peer.answer("200 OK", "from the server") }
            let response = try await CurlTransport().send(HTTPRequest(.get, url: try server.url()))
            exit(response.text == "from the server" ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }

    @Test func `a proxy is asked for a tunnel, and no header goes to it`() async throws {
        let proxy = try LoopbackServer { _, peer in await peer.answer("407 Proxy Authentication Required") }
        let transport = CurlTransport(environment: ["HTTPS_PROXY": proxy.origin])
        var request = HTTPRequest(.get, url: try HTTPURL("https://somewhere.invalid/a?b=c"))
        request.headers.append(.init("Authorization", value: "Bearer abc", isSecret: true))
        let failure = await transport.failure(request)
        let detail = "the proxy refuses with status 407"
        #expect(failure == HTTPFailure(.unreachable, origin: "https://somewhere.invalid", detail: detail))
        #expect(proxy.requests.map(\.line) == ["CONNECT somewhere.invalid:443 HTTP/1.1"])
        #expect(proxy.requests.first?.field("Authorization") == nil)
    }

    @Test func `the proxy's password is for the proxy only`() async throws {
        let proxy = try LoopbackServer { _, peer in await peer.answer() }
        let address = "http://me:secret@127.0.0.1:\(proxy.port)"
        let transport = CurlTransport(environment: ["all_proxy": address])
        _ = try await transport.send(HTTPRequest(.get, url: try HTTPURL("http://somewhere.invalid/")))
        // base64 of me:secret
        #expect(proxy.requests.first?.field("Proxy-Authorization") == "Basic bWU6c2VjcmV0")

        let port = try unusedPort()
        let without = CurlTransport(environment: ["all_proxy": "http://me:secret@127.0.0.1:\(port)"])
        let failure = await without.failure(HTTPRequest(.get, url: try HTTPURL("http://somewhere.invalid/")))
        #expect(
            failure
                == HTTPFailure(.refused, origin: "http://somewhere.invalid", detail: "the proxy refuses connections")
        )
        let lost = CurlTransport(environment: ["all_proxy": "http://me:secret@nowhere.invalid:80"])
        let other = await lost.failure(HTTPRequest(.get, url: try HTTPURL("http://somewhere.invalid/")))
        #expect(
            other
                == HTTPFailure(
                    .unresolved,
                    origin: "http://somewhere.invalid",
                    detail: "the proxy's name has no address"
                )
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

    /// What a variable has, which never stands in a message, and what is wrong with it.
    static let broken = [
        ("http://127.0.0.1:9 ", "a space is at its end"),
        (" http://127.0.0.1:9", "a space is at its beginning"),
        ("http://127.0.0.1:9\r", "a carriage return (CR) is at its end"),
        ("http://127.0.0.1:9\r\n", "a carriage return (CR) is at its end"),
        ("http://127.0.0.1:9\n", "a line break is at its end"), ("http://127.0.0.1:9\t", "a tab is at its end"),
        ("http://127.0\t.0.1:9", "a tab is in its middle"), ("http://a b:9", "a space is in its middle"),
        ("http://me:hunter2\n@a:9", "a line break is in its middle"),
        ("http://a:9\u{1B}[31m", "a control character is in its middle"),
        ("http://me:hunter2#word@127.0.0.1:9", "a '#' in a name or password is written %23"),
        ("http://me:hunter2/word@127.0.0.1:9", "a '/' in a name or password is written %2F"),
        ("http://me:hunter2?word@127.0.0.1:9", "a '?' in a name or password is written %3F"),
        ("http://me:hunter2@word@127.0.0.1:9", "a '@' in a name or password is written %40"),
        ("http://me:hunter2%@127.0.0.1:9", "a '%' in a name or password is written %25"),
        ("http://me:hunter2%+1@127.0.0.1:9", "a '%' in a name or password is written %25"),
        ("http://me:hunter2%0A@127.0.0.1:9", "a name or password has a control character"),
        ("me:hunter2#@a:1", "a '#' in a name or password is written %23"),
        ("http://127.0.0.1:99999", "its port is not a number from 1 to 65535"),
        ("http://127.0.0.1:65536", "its port is not a number from 1 to 65535"),
        ("http://127.0.0.1:99999999999999999999", "its port is not a number from 1 to 65535"),
        ("http://127.0.0.1:0", "its port is not a number from 1 to 65535"),
        ("http://127.0.0.1:-1", "its port is not a number from 1 to 65535"),
        ("http://127.0.0.1:+1", "its port is not a number from 1 to 65535"),
        ("http://127.0.0.1:x", "its port is not a number from 1 to 65535"),
        ("http://127.0.0.1:", "no port follows its ':'"),
        ("ftp://127.0.0.1:9", "its scheme is not one of http, https, socks4, socks4a, socks5, socks5h"),
        ("://127.0.0.1:9", "its scheme is not one of http, https, socks4, socks4a, socks5, socks5h"),
        ("http:127.0.0.1:9", "its port is not a number from 1 to 65535"), ("//127.0.0.1:9", "it has no host"),
        ("http://", "it has no host"), ("http://:80", "it has no host"), ("http://me:hunter2@", "it has no host"),
        ("http://me:hunter2@:80", "it has no host"),
        ("http://::1:9", "an IPv6 address must be in brackets"),
        ("::1", "an IPv6 address must be in brackets"),
        ("http://[::1", "its '[' has no ']'"), ("http://[zz]:1", "there is no IPv6 address in its brackets"),
        ("http://[::1]9", "something follows its ']'"),
        ("http://[fe80::1%]:9", "there is no IPv6 address in its brackets"),
        ("http://b\u{FC}cher.example:1", "its host has non-ASCII letters; write it in the form of DNS, xn--…"),
        ("http://a..b:1", "a part of its host between two dots is empty"),
        ("http://.a:1", "a part of its host between two dots is empty"),
        ("http://\(String(repeating: "a", count: 64)):1", "a part of its host has more than 63 characters"),
        (Array(repeating: "abcdefg", count: 33).joined(separator: "."), "its host has more than 253 characters"),
        ("http://a$b:1", "its host has an invalid character"), ("http://a:1#b", "a '#' follows the host"),
        ("http://a:1?b", "a '?' follows the host"), ("http://a:1/b?c", "it contains more than a host and a port"),
    ]

    @Test(arguments: broken, ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
    func `a variable that names no proxy is named, with what is wrong and without its contents`(
        row: (value: String, words: String),
        variable: String
    ) async throws {
        let url = try HTTPURL(variable.lowercased() == "https_proxy" ? "https://a.invalid" : "http://a.invalid")
        let failure = await CurlTransport(environment: [variable: row.value]).failure(HTTPRequest(.get, url: url))
        let detail = "the variable \(variable) does not name a proxy: \(row.words)"
        #expect(failure == HTTPFailure(.proxy, origin: url.origin, detail: detail))
        #expect(failure?.isTransient == false)
        #expect(failure?.diagnostic.rendered().contains("hunter2") == false)
        // It matters only to what would go through it.
        let other = ProxyRules([variable: row.value, "no_proxy": "a.invalid"])
        #expect(try other.proxy(for: url) == "")
    }

    @Test(arguments: [
        ("127.0.0.1:9", "127.0.0.1:9"), ("http://127.0.0.1:9/", "http://127.0.0.1:9/"), ("HTTP://p:1", "HTTP://p:1"),
        ("http://[::1]:9", "http://[::1]:9"), ("[::1]", "[::1]"),
        ("http://[fe80::1%25lo]:9", "http://[fe80::1%25lo]:9"),
        ("socks5h://p", "socks5h://p"), ("http://localhost.:9", "http://localhost:9"),
        ("http://127.0.0.1.:9", "http://127.0.0.1:9"), ("http://p.example.org.:9", "http://p.example.org.:9"),
        ("http://me:pa%23%40%2f@p:1", "http://me:pa%23%40%2f@p:1"), ("me@p_1:65535", "me@p_1:65535"),
        ("http://me:a:b@p:1", "http://me:a:b@p:1"), ("http://p:1/path", "http://p:1/path"), ("", ""),
    ])
    func `a proxy can be written in these ways`(value: String, proxy: String) throws {
        #expect(try ProxyRules(["all_proxy": value]).proxy(for: HTTPURL("http://a")) == proxy)
    }

    @Test(
        arguments: [
            ("a,10.0.0.0/33", 2, "a network has from 0 to 32 bits after its '/'"),
            ("10.0.0.0/", 1, "a network has from 0 to 32 bits after its '/'"),
            ("10.0.0.0/x", 1, "a network has from 0 to 32 bits after its '/'"),
            ("fd00::/129", 1, "a network has from 0 to 128 bits after its '/'"),
            ("10.*", 1, "a '*' is allowed at the beginning only; networks are like 10.0.0.0/8"),
            ("http://a", 1, "it is a URL, but a host is expected"),
            ("a:0", 1, "its port is not a number from 1 to 65535"),
            ("a:99999", 1, "its port is not a number from 1 to 65535"), ("a:", 1, "no port follows its ':'"),
            ("a/b", 1, "it is neither a host nor a network such as 10.0.0.0/8"), (".", 1, "it has no host"),
            ("a;b", 1, "its host has an invalid character"),
        ],
        ["no_proxy", "NO_PROXY"]
    )
    func `a word that excepts nothing is named`(row: (list: String, entry: Int, words: String), name: String)
        async throws
    {
        let request = HTTPRequest(.get, url: try HTTPURL("http://a.invalid"))
        let transport = CurlTransport(environment: ["http_proxy": "http://127.0.0.1:1", name: row.list])
        let detail = "entry \(row.entry) of \(name): \(row.words)"
        #expect(await transport.failure(request) == HTTPFailure(.proxy, origin: "http://a.invalid", detail: detail))
        // Without a proxy nothing is excepted from it.
        #expect(try ProxyRules([name: row.list]).proxy(for: request.url) == "")
    }

    @Test func `after a failure the next request has its settings as well`() async throws {
        // A handle that has failed before it had a connection keeps a buffer, and refuses the size of another one.
        let proxy = try LoopbackServer { _, peer in await peer.answer("200 OK", "fine") }
        let transport = CurlTransport(environment: [
            "https_proxy": "http://nowhere.invalid:1", "http_proxy": proxy.origin,
        ])
        let lost = HTTPRequest(.get, url: try HTTPURL("https://a.invalid"))
        for _ in 1...3 { #expect(await transport.failure(lost)?.kind == .unresolved) }
        #expect(try await transport.send(HTTPRequest(.get, url: try HTTPURL("http://a.invalid"))).text == "fine")
    }

    @Test(
        arguments: [
            ("*", "http://a", true), ("", "http://a", false), ("a", "http://a", true), ("A", "http://a", true),
            ("a", "http://ba", false), ("example.org", "http://api.example.org", true),
            (".example.org", "http://api.example.org", true), (".example.org", "http://example.org", true),
            ("*.example.org", "http://api.example.org", true), ("example.org", "http://notexample.org", false),
            ("example.org:8080", "http://example.org:8080", true), ("example.org:8080", "http://example.org", false),
            ("b, c a", "http://a", true), ("b,a\r\n", "http://a", true), ("b\t,\ta", "http://a", true),
            ("a", "http://a.", true), ("a.", "http://a", true), (",,", "http://a", false),
            ("localhost.", "http://localhost", true), ("a:80", "http://a", true),
            ("10.0.0.0/8", "http://10.1.2.3", true),
            ("10.0.0.0/8", "http://11.1.2.3", false), ("10.0.0.0/9", "http://10.128.0.1", false),
            ("127.0.0.1", "http://127.0.0.1:80", true), ("127.0.0.1", "http://127.0.0.2", false),
            ("0.0.0.0/0", "http://1.2.3.4", true), ("fd00::/8", "http://[fd12::1]", true),
            ("::1", "http://[::1]", true), ("[::1]", "http://[::1]", true), ("10.0.0.0/8", "http://[fd12::1]", false),
            ("10.0.0.0/8", "http://example.org", false),
        ]
    )
    func `exceptions are hosts, domains, addresses and networks`(list: String, url: String, isException: Bool) throws {
        let rules = ProxyRules(["http_proxy": "p", "no_proxy": list])
        #expect(try rules.proxy(for: HTTPURL(url)).isEmpty == isException)
    }
}
