public import Diagnostics
public import Options
public import Sockets

/// The address of a Redis server, with user, password and database, as a URL states it.
///
///     redis://localhost
///     redis://user:password@cache.example.org:6380/2
///     unix:///run/redis/redis.sock?db=2
public struct RedisAddress: Sendable {
    /// Where the server listens.
    public let endpoint: Endpoint
    /// The user; nil for the server's default user.
    let user: String?
    let password: Secret?
    /// The number of the database.
    let database: Int

    /// Parses a URL.
    ///
    /// Reserved characters are percent-encoded.
    ///
    /// - Parameters:
    ///   - url: The URL; the default port is 6379, the default database 0.
    ///   - place: Where the URL is written, for diagnostics.
    /// - Throws: `redis.url`, which never repeats the URL.
    public init(_ url: Secret, at place: Diagnostic.Place? = nil) throws(Diagnostic) {
        do {
            try self.init(url.revealed)
        } catch {
            throw Diagnostic(
                "redis.url",
                message: "this is not the URL of a Redis server: \(error.reason)",
                category: .usage,
                at: place,
                hint: "redis://user:password@host:6379/0 or unix:///path/to/socket"
            )
        }
    }

    private struct Mistake: Error { let reason: String }

    private init(_ url: String) throws(Mistake) {
        guard let colon = url.firstRange(of: "://") else { throw Mistake(reason: "it does not begin with 'redis://'") }
        let rest = url[colon.upperBound...]
        switch url[..<colon.lowerBound] {
        case "redis": try self.init(network: rest)
        case "unix":
            let (path, query) = Self.split(rest, at: "?")
            guard path.first == "/" else { throw Mistake(reason: "the path of the socket is not absolute") }
            guard query.isEmpty || query.hasPrefix("db=") else {
                throw Mistake(reason: "only 'db' is allowed after '?'")
            }
            self.init(.file(try Self.decoded(path)), database: try Self.database(query.dropFirst(3)))
        case "rediss": throw Mistake(reason: "connections with TLS are not supported")
        default: throw Mistake(reason: "it does not begin with 'redis://' or 'unix://'")
        }
    }

    private init(network rest: Substring) throws(Mistake) {
        let (authority, path) = Self.split(rest, at: "/")
        var (credentials, host) = (Substring(), authority)
        // A password may contain `@`.
        if let at = authority.lastIndex(of: "@") {
            (credentials, host) = (authority[..<at], authority[authority.index(after: at)...])
        }
        let (user, password) = Self.split(credentials, at: ":")
        var port: Substring = ""
        if host.first == "[" {
            let (name, suffix) = Self.split(host.dropFirst(), at: "]")
            guard host.contains("]"), suffix.isEmpty || suffix.first == ":" else {
                throw Mistake(reason: "the host's address has no ']'")
            }
            (host, port) = (name, suffix.dropFirst())
        } else {
            (host, port) = Self.split(host, at: ":")
        }
        guard !host.isEmpty else { throw Mistake(reason: "it names no host") }
        guard let number = port.isEmpty ? 6379 : Int(port), 1...65535 ~= number else {
            throw Mistake(reason: "the port is not from 1 to 65535")
        }
        self.init(
            .port(number, of: try Self.decoded(host)),
            user: user.isEmpty ? nil : try Self.decoded(user),
            password: password.isEmpty ? nil : Secret(try Self.decoded(password)),
            database: try Self.database(path)
        )
    }

    /// Creates an address without a URL.
    ///
    /// - Parameters:
    ///   - endpoint: Where the server listens.
    ///   - user: The user; nil for the server's default user.
    ///   - password: The user's password; nil if the server needs none.
    ///   - database: The number of the database.
    public init(_ endpoint: Endpoint, user: String? = nil, password: Secret? = nil, database: Int = 0) {
        self.endpoint = endpoint
        self.user = user
        self.password = password
        self.database = database
    }

    private static func split(_ text: Substring, at sign: Character) -> (Substring, Substring) {
        guard let index = text.firstIndex(of: sign) else { return (text, "") }
        return (text[..<index], text[text.index(after: index)...])
    }

    private static func database(_ digits: Substring) throws(Mistake) -> Int {
        guard let number = digits.isEmpty ? 0 : Int(digits), number >= 0 else {
            throw Mistake(reason: "the database is not a number")
        }
        return number
    }

    /// The text with percent-encoding decoded.
    private static func decoded(_ text: Substring) throws(Mistake) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            // `UInt8` would also accept a sign.
            guard rest.count >= 2, rest.first != UInt8(ascii: "+"),
                let value = UInt8(Substring(rest.prefix(2)), radix: 16)
            else {
                throw Mistake(reason: "'%' must be followed by two hexadecimal digits")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
