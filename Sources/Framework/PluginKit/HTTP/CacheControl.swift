internal import Glibc

/// What the header fields of a message say about keeping it (RFC 9111 §5.2).
struct CacheControl: Sendable, Hashable {
    /// The directives by their names in lower case; those without a value have an empty one.
    private let directives: [String: String]

    init(_ headers: HTTPHeaders) {
        var directives: [String: String] = [:]
        for directive in headers.items("Cache-Control") {
            let parts = directive.split(separator: "=", maxSplits: 1).map { $0.withoutBlanks }
            guard let name = parts.first?.lowercased() else { continue }
            directives[name] = parts.count > 1 ? parts[1].filter { $0 != "\"" } : ""
        }
        // What was said before there was `Cache-Control` counts where that is missing (RFC 9111 §5.4).
        if headers["Cache-Control"] == nil, headers.items("Pragma").contains(where: { $0.lowercased() == "no-cache" }) {
            directives["no-cache"] = ""
        }
        self.directives = directives
    }

    func contains(_ name: String) -> Bool { directives[name] != nil }

    /// How long the answer holds, in seconds; nil if that is not said.
    ///
    /// A number that makes no sense counts as 0.
    var maxAge: Int? { directives["max-age"].map { max(0, Self.seconds($0) ?? 0) } }

    /// A number of seconds; one that is too large to be counted is the largest (RFC 9111 §1.2.2).
    fileprivate static func seconds(_ text: String) -> Int? {
        Int(text) ?? (!text.isEmpty && text.utf8.allSatisfy { 48...57 ~= $0 } ? .max : nil)
    }
}

extension Cacheability {
    /// What the server says about keeping an answer.
    ///
    /// Only whole answers to questions are kept, none that sets a cookie, and none that depends on more than the key says.
    /// What is meant for one reader may be: the key says who asks.
    init(_ response: HTTPResponse) {
        let headers = response.headers
        let control = CacheControl(headers)
        guard response.status == 200, !control.contains("no-store"), headers["Set-Cookie"] == nil,
            !headers.items("Vary").contains("*")
        else {
            self = .no
            return
        }
        if control.contains("no-cache") {
            self = .atMost(.zero)
        } else if let seconds = control.maxAge ?? Self.secondsUntilExpires(headers) {
            // How long it has lain in caches on its way (RFC 9111 §5.1).
            let age = headers["Age"].flatMap(CacheControl.seconds) ?? 0
            self = .atMost(.seconds(max(0, min(seconds, 315_360_000) - max(0, age))))
        } else {
            self = control.contains("must-revalidate") ? .asConfiguredStrictly : .asConfigured
        }
    }

    /// How long the answer holds by `Expires`, in seconds; nil if that is not said.
    ///
    /// What is no time, such as `0`, is over (RFC 9111 §5.3).
    private static func secondsUntilExpires(_ headers: HTTPHeaders) -> Int? {
        guard let text = headers["Expires"] else { return nil }
        guard let end = HTTPDate.seconds(of: text) else { return 0 }
        // The server's own clock, so that it does not matter whether ours goes right.
        return max(0, end - (headers["Date"].flatMap(HTTPDate.seconds(of:)) ?? time(nil)))
    }
}

extension HTTPHeaders {
    /// The items of all fields of a name, each of which may be a list (RFC 9110 §5.3).
    fileprivate func items(_ name: String) -> [String] {
        values(name).flatMap { $0.split(separator: ",").map { $0.withoutBlanks } }
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    fileprivate var withoutBlanks: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        guard let last = lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(self[...last].drop(while: isBlank))
    }
}
