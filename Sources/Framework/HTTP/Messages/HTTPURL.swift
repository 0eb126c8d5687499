public import Diagnostics

/// The URL of a web resource: `https://api.trakt.tv/sync/history?page=2`.
///
/// It is stored in parts, so that it need not be parsed again and a path cannot change the host.
public struct HTTPURL: Sendable, Hashable {
    /// `http` or `https`.
    public let scheme: String
    /// The host's name or address in lower case; an IPv6 address without brackets.
    ///
    /// A trailing dot is kept, since it prevents DNS from trying further domains; `localhost` and IPv4 addresses lose
    /// it.
    public let host: String
    /// The port; the default of the scheme if the URL has none.
    public let port: Int
    /// The path and the query, percent-encoded, beginning with `/`.
    public private(set) var target: String

    /// Parses a URL.
    ///
    /// - Parameters:
    ///   - text: An absolute URL with `http` or `https`. A fragment is removed.
    ///   - place: Where it was written.
    /// - Throws: `url.invalid`, at `place`, with the problem. Names and passwords in a URL are refused, and not quoted.
    public init(_ text: String, at place: Diagnostic.Place? = nil) throws(Diagnostic) {
        do throws(HostName.Flaw) {
            self = try Self.parts(text)
        } catch {
            let shown = text.contains("@") ? "this" : "'\(text.prefix(100))'"
            throw Diagnostic(
                "url.invalid",
                message: "\(shown) is not an address of a web server" + (error.words.isEmpty ? "" : ": \(error.words)"),
                at: place,
                hint: "an address is like https://api.example.org or http://localhost:8080, without a name or password"
            )
        }
    }

    private init(scheme: String, host: String, port: Int, target: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.target = target
    }

    private static func parts(_ text: String) throws(HostName.Flaw) -> HTTPURL {
        if let flaw = HostName.unsendable(in: text) { throw flaw }
        guard let colon = text.firstRange(of: "://") else { throw HostName.Flaw("") }
        let scheme = text[..<colon.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { throw HostName.Flaw("its scheme is not http or https") }
        let rest = text[colon.upperBound...].prefix { $0 != "#" }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        guard !rest[..<end].contains("@") else { throw HostName.Flaw("it has a name or a password") }
        let authority = try HostName(authority: rest[..<end])
        var target = String(rest[end...])
        guard target.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw HostName.Flaw("non-ASCII letters in a path must be percent-encoded")
        }
        if !target.hasPrefix("/") { target = "/" + target }
        return HTTPURL(
            scheme: scheme,
            host: authority.name,
            port: authority.port ?? (scheme == "https" ? 443 : 80),
            target: target
        )
    }

    /// Scheme, host and port: `https://api.trakt.tv`; the port is omitted if it is the scheme's default.
    public var origin: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (scheme == "https" ? 443 : 80) ? "\(scheme)://\(name)" : "\(scheme)://\(name):\(port)"
    }

    /// A URL on the same server with an extended path and a query.
    ///
    /// - Parameters:
    ///   - path: Components to append; each is percent-encoded, including any `/` in it.
    ///   - query: Names and values, in order; they are percent-encoded here.
    /// - Returns: The URL.
    public func appending(_ path: [String], query: [(name: String, value: String)] = []) -> HTTPURL {
        var base = target.prefix { $0 != "?" }
        while base.hasSuffix("/") { base = base.dropLast() }
        var target = String(base)
        for part in path { target += "/" + Self.encoded(part) }
        for (index, item) in query.enumerated() {
            target += (index == 0 ? "?" : "&") + Self.encoded(item.name) + "=" + Self.encoded(item.value)
        }
        return HTTPURL(scheme: scheme, host: host, port: port, target: target.isEmpty ? "/" : target)
    }

    /// Percent-encodes everything but letters, digits and `-._~` (RFC 3986 §2.3), and `,` and `:`, which are allowed in
    /// queries.
    private static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122: bytes.append(byte)
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ","),
                UInt8(ascii: ":"):
                bytes.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension HTTPURL: CustomStringConvertible {
    /// The whole URL.
    public var description: String { origin + target }
}
