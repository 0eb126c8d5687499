public import Diagnostics
public import Options
public import Sockets

/// Where a Redis server is, and as whom it is used: what a URL says.
///
///     redis://localhost
///     redis://user:password@cache.example.org:6380/2
///     unix:///run/redis/redis.sock?db=2
public struct RedisAddress: Sendable {
    /// Where it listens.
    public let endpoint: Endpoint
    /// As whom; nil for whoever it takes without a name.
    let user: String?
    let password: Secret?
    /// Which of its databases.
    let database: Int

    /// What a URL says.
    ///
    /// Characters that mean something in it are written as `%` and two digits.
    ///
    /// - Parameters:
    ///   - url: The URL; its port is 6379 and its database 0 if it names none.
    ///   - place: Where it was written.
    /// - Throws: `redis.url`, which never repeats what was written.
    public init(_ url: Secret, at place: Diagnostic.Place? = nil) throws(Diagnostic) {
        do {
            try self.init(url.revealed)
        } catch {
            throw Diagnostic(
                "redis.url",
                message: "this is no URL of a Redis server: \(error.reason)",
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
                throw Mistake(reason: "only 'db' can stand behind '?'")
            }
            self.init(.file(try Self.decoded(path)), database: try Self.database(query.dropFirst(3)))
        case "rediss": throw Mistake(reason: "connections with TLS cannot be made")
        default: throw Mistake(reason: "it does not begin with 'redis://' or 'unix://'")
        }
    }

    private init(network rest: Substring) throws(Mistake) {
        let (authority, path) = Self.split(rest, at: "/")
        var (credentials, host) = (Substring(), authority)
        // A password may have the sign that ends it.
        if let at = authority.lastIndex(of: "@") {
            (credentials, host) = (authority[..<at], authority[authority.index(after: at)...])
        }
        let (user, password) = Self.split(credentials, at: ":")
        var port: Substring = ""
        if host.first == "[" {
            let (name, behind) = Self.split(host.dropFirst(), at: "]")
            guard host.contains("]"), behind.isEmpty || behind.first == ":" else {
                throw Mistake(reason: "the address of the machine has no ']'")
            }
            (host, port) = (name, behind.dropFirst())
        } else {
            (host, port) = Self.split(host, at: ":")
        }
        guard !host.isEmpty else { throw Mistake(reason: "it names no machine") }
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

    /// A server; for one that is not written as a URL.
    ///
    /// - Parameters:
    ///   - endpoint: Where it listens.
    ///   - user: As whom.
    ///   - password: Their password.
    ///   - database: Which of its databases.
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
            throw Mistake(reason: "the database is no number")
        }
        return number
    }

    /// The text without `%` and two digits.
    private static func decoded(_ text: Substring) throws(Mistake) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            // `UInt8` would take a sign, too.
            guard rest.count >= 2, rest.first != UInt8(ascii: "+"),
                let value = UInt8(Substring(rest.prefix(2)), radix: 16)
            else {
                throw Mistake(reason: "two digits are missing behind '%'")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
