internal import Platform

/// Where a response redirects to.
enum Redirect {
    /// The maximum number of consecutive redirects.
    static let limit = 10

    /// The request to which a response redirects; nil if it is not a redirect.
    ///
    /// - Throws: `HTTPFailure` of the kind `redirect` for another host, another port or another scheme.
    static func request(
        after request: HTTPRequest,
        response: HTTPResponse
    ) throws(HTTPFailure) -> HTTPRequest? {
        guard [301, 302, 303, 307, 308].contains(response.status),
            let location = response.headers["Location"]
        else { return nil }
        // An invalid address is not quoted: it may contain anything.
        guard let url = url(location, from: request.url) else {
            throw HTTPFailure(.redirect, origin: request.url.origin, detail: "to an invalid address")
        }
        guard url.origin == request.url.origin else {
            throw HTTPFailure(.redirect, origin: request.url.origin, detail: "to \(url.origin)")
        }
        var next = request
        next.url = url
        // RFC 9110 §15.4: 303 is always a GET; after 301 and 302 a POST has always become a GET in practice.
        let becomesGet = response.status == 303 ? request.method != .head : request.method == .post
        if becomesGet, response.status < 307 {
            next.method = .get
            next.body = []
            next.headers["Content-Type"] = nil
        }
        return next
    }

    /// Resolves a reference (RFC 3986 §5.2); nil if it is invalid.
    static func url(_ reference: String, from base: HTTPURL) -> HTTPURL? {
        let reference = reference.prefix { $0 != "#" }
        let scheme = reference.prefix { $0 != ":" && $0 != "/" && $0 != "?" }
        let path = base.target.prefix { $0 != "?" }
        let text =
            if scheme.endIndex < reference.endIndex, reference[scheme.endIndex] == ":" {
                String(reference)
            } else if reference.hasPrefix("//") {
                base.scheme + ":" + reference
            } else if reference.isEmpty {
                base.origin + base.target
            } else if reference.hasPrefix("?") {
                base.origin + path + reference
            } else if reference.hasPrefix("/") {
                base.origin + withoutDots(reference)
            } else {
                base.origin + withoutDots(path[...(path.lastIndex(of: "/") ?? path.startIndex)] + reference)
            }
        return try? HTTPURL(text)  // Nil for an invalid URL.
    }

    /// A path without `.` and `..` (RFC 3986 §5.2.4); a query is unchanged.
    private static func withoutDots(_ text: Substring) -> String {
        let path = text.prefix { $0 != "?" }
        var kept: [Substring] = []
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            switch part {
            case ".": if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(part)
            }
        }
        return "/" + kept.joined(separator: "/") + text[path.endIndex...]
    }
}
