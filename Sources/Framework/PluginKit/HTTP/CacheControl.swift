internal import Glibc

/// The `Cache-Control` directives of a message (RFC 9111 §5.2).
struct CacheControl: Sendable, Hashable {
    /// The directives by lower-case name; those without a value have an empty one.
    private let directives: [String: String]

    init(_ headers: HTTPHeaders) {
        var directives: [String: String] = [:]
        for directive in headers.items("Cache-Control") {
            let parts = directive.split(separator: "=", maxSplits: 1).map { $0.withoutBlanks }
            guard let name = parts.first?.lowercased() else { continue }
            directives[name] = parts.count > 1 ? parts[1].filter { $0 != "\"" } : ""
        }
        // Without `Cache-Control`, the older `Pragma` field counts (RFC 9111 §5.4).
        if headers["Cache-Control"] == nil, headers.items("Pragma").contains(where: { $0.lowercased() == "no-cache" }) {
            directives["no-cache"] = ""
        }
        self.directives = directives
    }

    func contains(_ name: String) -> Bool { directives[name] != nil }

    /// How long the answer is fresh, in seconds; nil if not specified.
    ///
    /// An invalid number counts as 0.
    var maxAge: Int? { directives["max-age"].map { max(0, Self.seconds($0) ?? 0) } }

    /// A number of seconds; one that overflows counts as the largest (RFC 9111 §1.2.2).
    fileprivate static func seconds(_ text: String) -> Int? {
        Int(text) ?? (!text.isEmpty && text.utf8.allSatisfy { 48...57 ~= $0 } ? .max : nil)
    }
}

extension Cacheability {
    /// Whether the server allows an answer to be cached.
    ///
    /// Only complete answers to questions are cached. An answer that sets a cookie or that varies by more than the key
    /// identifies is not. An answer marked `private` may be cached, since the key includes who asks.
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
            // How long the answer has been in caches on its way (RFC 9111 §5.1).
            let age = headers["Age"].flatMap(CacheControl.seconds) ?? 0
            self = .atMost(.seconds(max(0, min(seconds, 315_360_000) - max(0, age))))
        } else {
            self = control.contains("must-revalidate") ? .asConfiguredStrictly : .asConfigured
        }
    }

    /// How long the answer is fresh according to `Expires`, in seconds; nil if not specified.
    ///
    /// An invalid date, such as `0`, means already expired (RFC 9111 §5.3).
    private static func secondsUntilExpires(_ headers: HTTPHeaders) -> Int? {
        guard let text = headers["Expires"] else { return nil }
        guard let end = HTTPDate.seconds(of: text) else { return 0 }
        // Measured by the server's own clock, so a wrong local clock does not matter.
        return max(0, end - (headers["Date"].flatMap(HTTPDate.seconds(of:)) ?? Int(SystemClock.seconds)))
    }
}

extension HTTPHeaders {
    /// The items of all header fields of a name, each of which may be a list (RFC 9110 §5.3).
    fileprivate func items(_ name: String) -> [String] {
        values(name).flatMap { $0.split(separator: ",").map { $0.withoutBlanks } }
    }
}

extension Substring {
    /// The text without leading and trailing spaces and tabs.
    fileprivate var withoutBlanks: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        guard let last = lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(self[...last].drop(while: isBlank))
    }
}
