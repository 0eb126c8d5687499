/// What the header fields of a message say about keeping it (RFC 9111 §5.2).
struct CacheControl: Sendable, Hashable {
    /// The directives by their names in lower case; those without a value have an empty one.
    private let directives: [String: String]

    init(_ headers: HTTPHeaders) {
        var directives: [String: String] = [:]
        for list in headers.values("Cache-Control") {
            for directive in list.split(separator: ",") {
                let parts = directive.split(separator: "=", maxSplits: 1).map { part in
                    String(part.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
                }
                guard let name = parts.first?.lowercased() else { continue }
                directives[name] = parts.count > 1 ? parts[1].filter { $0 != "\"" } : ""
            }
        }
        self.directives = directives
    }

    func contains(_ name: String) -> Bool { directives[name] != nil }

    /// How long the answer holds, in seconds; nil if that is not said. A number that makes no sense counts as 0.
    var maxAge: Int? { directives["max-age"].map { max(0, Int($0) ?? 0) } }
}

extension Keeping {
    /// What the server says about keeping an answer.
    ///
    /// Only whole answers to questions are kept, none that sets a cookie, and none that depends on more than the key says.
    /// What is meant for one reader may be: the key says who asks.
    init(_ response: HTTPResponse) {
        let control = CacheControl(response.headers)
        guard response.status == 200, !control.contains("no-store"), response.headers["Set-Cookie"] == nil,
            response.headers["Vary"] != "*"
        else {
            self = .no
            return
        }
        if control.contains("no-cache") {
            self = .atMost(.zero)
        } else if let maxAge = control.maxAge {
            // How long it has lain in caches on its way (RFC 9111 §5.1).
            let age = response.headers["Age"].flatMap { Int($0) } ?? 0
            self = .atMost(.seconds(min(max(0, maxAge - max(0, age)), 315_360_000)))
        } else {
            self = .asConfigured
        }
    }
}
