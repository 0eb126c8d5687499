public import Diagnostics
public import Sockets

/// Why there is no answer of a Redis server.
public enum RedisFailure: Error, Sendable, Hashable {
    /// There is no connection, and it was not waited for one: the last attempt ended like this.
    case down(SocketFailure)
    /// The connection ended while the command was under way; nobody knows whether it was carried out.
    case lost(SocketFailure)
    /// The server does not let us in; the first word of what it said: `WRONGPASS`, `NOAUTH`, `LOADING`.
    case turnedAway(String)
    /// What came is no answer of a Redis server.
    case garbled(String)
    /// The server refuses the command; what it said.
    case refused(String)

    /// Whether it will be the same however long one waits.
    ///
    /// So it is with a wrong password, a user without the right, another program that listens there; not with a server that
    /// is away, starts, or has no room.
    public var isLasting: Bool {
        switch self {
        case .down, .lost: false
        case .garbled: true
        case .turnedAway(let words), .refused(let words):
            // What stands in the way of a command of a script stands in the middle of what an older server says.
            !words.split(whereSeparator: { !$0.isLetter }).contains { Self.passing.contains(String($0)) }
        }
    }

    /// What a server says that may be otherwise in a moment.
    private static let passing: Set<String> = [
        "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "READONLY", "OOM", "MISCONF", "NOREPLICAS",
        "NOSCRIPT", "MAXCLIENTS", "UNKILLABLE",
    ]

    /// The failure for a person: `redis.…`.
    ///
    /// - Parameter endpoint: Where the server is.
    /// - Returns: What is wrong and, where that is known, what to look at.
    public func diagnostic(_ endpoint: Endpoint) -> Diagnostic {
        switch self {
        case .down(let failure), .lost(let failure):
            let cause = failure.diagnostic(endpoint)
            return Diagnostic(
                "redis.down",
                message: cause.message,
                category: .environment,
                hint: cause.hint,
                cause: .diagnostic(cause)
            )
        case .turnedAway(let word):
            return Diagnostic(
                "redis.turned-away",
                message: "the Redis server at '\(endpoint)' does not let us in: \(word)",
                category: .environment,
                hint: Self.hint(word)
            )
        case .garbled(let reason):
            return Diagnostic(
                "redis.garbled",
                message: "what comes from '\(endpoint)' is no answer of a Redis server: \(reason)",
                category: .environment,
                hint: "is it a Redis server that listens there, and without TLS?"
            )
        case .refused(let words):
            return Diagnostic(
                "redis.refused",
                message: "the Redis server at '\(endpoint)' refuses a command: \(words)",
                category: .environment,
                hint: Self.hint(String(words.prefix { $0 != " " }), afterwards: true)
            )
        }
    }

    private static func hint(_ word: String, afterwards: Bool = false) -> String? {
        switch word {
        case "ERR" where afterwards: nil
        case "WRONGPASS": "the user or the password in the URL is not the right one"
        case "NOAUTH": "it wants a password: redis://user:password@host"
        case "NOPERM": "the user in the URL may not do this"
        case "DENIED": "it is in protected mode: give it a password, or take it out of that mode"
        case "MAXCLIENTS": "it has as many connections as it takes ('maxclients')"
        case "LOADING": "it has just been started, and reads its data"
        case "ERR": "is there such a database, and does it want a password?"
        default: nil
        }
    }
}
