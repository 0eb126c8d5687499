/// Decides whether a request may be answered at all, from its head alone.
///
/// A browser on this machine sends the requests of every page that its user visits, also to a server that only this
/// machine can reach. Such a page could not read the responses, unless the name of its own host is made to lead to this
/// server (DNS rebinding): then the browser takes the server for a part of the page. What gives that away is the name in
/// `Host`, so only names that no other site can control are accepted: `localhost`, addresses in numbers, and those
/// configured. `Origin` would not help: browsers do not send it with such a `GET`.
package struct HTTPAccess: Sendable {
    private let hosts: Set<String>
    private let token: HTTPToken?

    /// Creates the rules of a server.
    ///
    /// - Parameters:
    ///   - hosts: The names by which it is known in addition to `localhost` and its addresses, without ports, in any case.
    ///   - token: What clients must know; nil if they need not know anything.
    package init(hosts: Set<String>, token: HTTPToken?) {
        self.hosts = Set(hosts.map { $0.lowercased() })
        self.token = token
    }

    /// The response to a request that must not be answered otherwise.
    ///
    /// It is the same whatever the address and the method are.
    ///
    /// - Parameter head: The request's head.
    /// - Returns: 400 for an address that is neither a path nor a URL of HTTP, or is badly encoded; 421 for the name of
    ///   another host; 403 for a request that the page of another site has caused; 401 without the token; nil if it may
    ///   be answered.
    package func refusal(for head: HTTPRequestHead) -> HTTPResponse? {
        guard let target = HTTPRequestTarget(head.target) else {
            return closing(HTTPRefusal(400, reason: "the address is invalid"))
        }
        // The parser has refused a request of HTTP/1.1 without a host. Older clients may send none; browsers always do.
        let named = head.headers.values("Host") + (target.authority.map { [String($0)] } ?? [])
        guard named.allSatisfy({ isOwn($0) }) else {
            return closing(HTTPRefusal(421, reason: "this server does not have the name of that host"))
        }
        guard !head.headers.values("Sec-Fetch-Site").contains(where: { $0.lowercased() == "cross-site" }) else {
            return closing(HTTPRefusal(403, reason: "requests from other sites are not answered"))
        }
        guard let token, !token.isKnown(to: head, target: target) else { return nil }
        var response = HTTPRefusal(401, reason: "a token is needed here").response
        response.headers.append(
            HTTPHeaders.Field("WWW-Authenticate", value: #"Basic realm="token as password", charset="UTF-8""#)
        )
        response.headers.append(HTTPHeaders.Field("WWW-Authenticate", value: "Bearer"))
        return response
    }

    private func closing(_ refusal: HTTPRefusal) -> HTTPResponse {
        var response = refusal.response
        response.headers["Connection"] = "close"
        return response
    }

    /// Whether a host and a port, as in `Host`, are this server's.
    private func isOwn(_ authority: String) -> Bool {
        // With a dot at its end, a name is another one for a browser, and no user writes it.
        guard let host = try? HostName(authority: authority[...]), !host.name.hasSuffix("."),
            !authority.hasSuffix("."), !authority.contains(".:"), !authority.contains("%")
        else { return false }
        // Only an IPv6 address has colons.
        return host.name == "localhost" || host.name.contains(":") || Self.isIPv4(host.name)
            || hosts.contains(host.name)
    }

    /// Whether it is an IPv4 address in its only form: four numbers from 0 to 255 without zeros before them.
    private static func isIPv4(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { part in UInt8(part).map { String($0) == part } ?? false }
    }

    /// A response with the fields that keep browsers from storing it, guessing its type, or showing it within a page.
    ///
    /// Scripts and styles are accepted only from the server itself, and from files of their own. `Cache-Control` and
    /// `Content-Security-Policy` of the response itself remain.
    package func secured(_ response: HTTPResponse) -> HTTPResponse { Self.secured(response) }

    static func secured(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "no-referrer"
        if response.headers["Cache-Control"] == nil { response.headers["Cache-Control"] = "no-store" }
        if response.headers["Content-Security-Policy"] == nil { response.headers["Content-Security-Policy"] = policy }
        return response
    }

    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
