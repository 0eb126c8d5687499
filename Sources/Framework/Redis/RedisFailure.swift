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

    /// The failure for a person: `redis.…`.
    ///
    /// - Parameter endpoint: Where the server is.
    /// - Returns: What is wrong and, where that is known, what to look at.
    public func diagnostic(_ endpoint: Endpoint) -> Diagnostic {
        switch self {
        case .down(let failure), .lost(let failure):
            var diagnostic = failure.diagnostic(endpoint)
            diagnostic.code = "redis.down"
            return diagnostic
        case .turnedAway(let word):
            return Diagnostic(
                "redis.turned-away",
                "the Redis server at '\(endpoint)' does not let us in: \(word)",
                hint: Self.hint(word)
            )
        case .garbled(let reason):
            return Diagnostic(
                "redis.garbled",
                "what comes from '\(endpoint)' is no answer of a Redis server: \(reason)",
                hint: "is it a Redis server that listens there, and without TLS?"
            )
        case .refused(let words):
            return Diagnostic("redis.refused", "the Redis server at '\(endpoint)' refuses a command: \(words)")
        }
    }

    private static func hint(_ word: String) -> String? {
        switch word {
        case "WRONGPASS": "the user or the password in the URL is not the right one"
        case "NOAUTH": "it wants a password: redis://user:password@host"
        case "NOPERM": "the user in the URL may not do this"
        case "LOADING": "it has just been started, and reads its data"
        case "ERR": "is there such a database, and does it want a password?"
        default: nil
        }
    }
}
