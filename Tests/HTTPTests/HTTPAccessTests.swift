import HTTP
import Testing

/// Which requests may be answered.
@Suite struct HTTPAccessTests {
    private static let token = "0123456789abcdef0123456789abcdef"

    private func status(
        _ access: HTTPAccess,
        target: String = "/",
        fields: [(String, String)]
    ) -> Int? {
        let headers = HTTPHeaders(fields.map { HTTPHeaders.Field($0, value: $1) })
        return access.refusal(
            for: HTTPRequestHead(method: "GET", target: target, minorVersion: 1, headers: headers)
        )?.status
    }

    @Test(arguments: [
        ("localhost", true), ("LocalHost:6060", true), ("127.0.0.1", true), ("127.0.0.1:6060", true),
        ("[::1]:6060", true), ("[::1]", true), ("10.1.2.3:6060", true), ("metrics.example.org", true),
        ("METRICS.example.org:80", true), ("evil.example", false), ("127.0.0.1.nip.io", false), ("localhost.", false),
        ("localhost.:6060", false), ("127.0.0.1.", false), ("metrics.example.org.", false), ("", false),
        ("user@localhost", false), ("localhost@evil.example", false), ("localhost:", false), ("localhost:0", false),
        ("localhost:x", false), ("127.1", false), ("0x7f.0.0.1", false), ("2130706433", false),
        ("127.0.0.01", false), ("256.0.0.1", false), ("::1", false), ("[::1", false), ("[::1%25lo]", false),
        ("[evil.example]", false), ("sub.localhost", false), ("localhost, evil.example", false),
        ("localhost/", false), ("example.org", false),
    ])
    func `only names that nobody else controls are accepted`(host: String, isOwn: Bool) {
        let access = HTTPAccess(hosts: ["Metrics.Example.org"], token: nil)
        #expect(status(access, fields: [("Host", host)]) == (isOwn ? nil : 421))
        // The host of an address counts, whatever the field says; and the other way round.
        #expect(
            status(access, target: "http://\(host)/a", fields: [("Host", "localhost")]) == (isOwn ? nil : 421)
                || host.contains("/")
        )
        #expect(status(access, target: "http://localhost/a", fields: [("Host", host)]) == (isOwn ? nil : 421))
    }

    @Test func `a request without a host is answered`() {
        #expect(status(HTTPAccess(hosts: [], token: nil), fields: []) == nil)
    }

    @Test(arguments: [
        ("/a?b=c%20d&e", true), ("/%C3%A4", true), ("http://localhost", true), ("http://localhost?x", true),
        ("/%00", false), ("/%zz", false), ("/%4", false), ("/%", false), ("/?a=%0D%0A", false), ("/%c0%af", false),
        ("/%ff", false), ("*", false), ("localhost:80", false), ("ftp://localhost/", false), ("", false),
    ])
    func `an address is a path or a URL of HTTP, and well encoded`(target: String, isValid: Bool) {
        let access = HTTPAccess(hosts: [], token: nil)
        #expect(status(access, target: target, fields: [("Host", "localhost")]) == (isValid ? nil : 400))
    }

    @Test(arguments: [
        ("cross-site", 403), ("Cross-Site", 403), ("same-origin", nil), ("same-site", nil), ("none", nil),
    ])
    func `a page of another site causes nothing`(site: String, expected: Int?) {
        let access = HTTPAccess(hosts: [], token: nil)
        #expect(status(access, fields: [("Host", "localhost"), ("Sec-Fetch-Site", site)]) == expected)
    }

    @Test(arguments: [
        ("Bearer \(token)", "", true), ("bearer \(token)", "", true),
        // "anyone:" and the token; ":" and the token.
        ("Basic YW55b25lOjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm", "", true),
        ("Basic OjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm", "", true),
        ("", "?token=\(token)", true), ("", "?a=b&token=0123456789%61bcdef0123456789abcdef", true),
        ("Basic YTpi", "?token=\(token)", true), ("", "", false), ("Bearer ", "", false), ("Bearer", "", false),
        ("Bearer 0123456789abcdef0123456789abcdeF", "", false), ("Bearer 0123456789abcdef", "", false),
        ("Bearer \(token)\(token)", "", false), ("Bearer \(token) ", "", false), ("Digest \(token)", "", false),
        ("Basic \(token)", "", false), ("Basic !", "", false), ("Basic YTpi", "", false), (token, "", false),
        ("", "?token=", false), ("", "?token", false), ("", "?tokens=\(token)", false), ("", "?token=%zz", false),
    ])
    func `a token is known to those who show it`(authorization: String, query: String, isKnown: Bool) {
        let access = HTTPAccess(hosts: [], token: HTTPToken(Self.token))
        let fields = [("Host", "localhost")] + (authorization.isEmpty ? [] : [("Authorization", authorization)])
        let isBroken = query.contains("%zz")
        #expect(status(access, target: "/\(query)", fields: fields) == (isKnown ? nil : isBroken ? 400 : 401))
    }

    @Test func `who lacks the token learns how to send it, but not from another host`() {
        let access = HTTPAccess(hosts: [], token: HTTPToken(Self.token))
        let refusal = access.refusal(
            for: HTTPRequestHead(method: "GET", target: "/", minorVersion: 1, headers: ["Host": "localhost"])
        )
        #expect(
            refusal?.headers.values("WWW-Authenticate")
                == [#"Basic realm="token as password", charset="UTF-8""#, "Bearer"]
        )
        #expect(status(access, fields: [("Host", "a"), ("Authorization", "Bearer \(Self.token)")]) == 421)
    }

    @Test func `an empty token is known to nobody`() {
        let access = HTTPAccess(hosts: [], token: HTTPToken(""))
        #expect(status(access, fields: [("Authorization", "Bearer ")]) == 401)
        #expect(status(access, target: "/?token=", fields: [("Authorization", "Basic Og==")]) == 401)
    }

    @Test func `nothing shows a token`() {
        let token = HTTPToken(Self.token)
        var dumped = ""
        dump((token, HTTPAccess(hosts: [], token: token)), to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped, "\(HTTPAccess(hosts: [], token: token))"] {
            #expect(!text.contains(Self.token))
            #expect(!text.contains("48, 49"))
        }
    }

    @Test func `responses have the fields that protect browsers, and keep their own rules`() {
        let access = HTTPAccess(hosts: [], token: nil)
        let plain = access.secured(HTTPResponse(status: 200, headers: ["X-Frame-Options": "ALLOWALL"])).headers
        #expect(plain["X-Content-Type-Options"] == "nosniff")
        #expect(plain.values("X-Frame-Options") == ["DENY"])
        #expect(plain["Referrer-Policy"] == "no-referrer")
        #expect(plain["Cache-Control"] == "no-store")
        #expect(plain["Content-Security-Policy"]?.hasPrefix("default-src 'none'; script-src 'self';") == true)
        let own = access.secured(HTTPResponse(status: 200, headers: ["Cache-Control": "max-age=60"])).headers
        #expect(own.values("Cache-Control") == ["max-age=60"])
    }
}
