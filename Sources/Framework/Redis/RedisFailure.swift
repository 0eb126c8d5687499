public import Diagnostics
public import Sockets

/// Why a command has no answer.
public enum RedisFailure: Error, Sendable, Hashable {
    /// There is no connection and the command did not wait for one; the last attempt failed with this.
    case down(SocketFailure)
    /// The connection ended while the command was in progress; the server may or may not have run it.
    case lost(SocketFailure)
    /// The server refused the login. Holds the first word of its answer: `WRONGPASS`, `NOAUTH`, `LOADING`.
    case accessDenied(String)
    /// The bytes received are not an answer of a Redis server.
    case garbled(String)
    /// The server refused the command. Holds its answer.
    case refused(String)

    /// Whether the failure is permanent: waiting does not help.
    ///
    /// A wrong password, missing permissions or another program on the port are permanent; a server that is down,
    /// starting or out of memory is not.
    public var isLasting: Bool {
        switch self {
        case .down, .lost: false
        case .garbled: true
        case .accessDenied(let words), .refused(let words):
            // Older servers put the error of a command in a script in the middle of their answer.
            !words.split(whereSeparator: { !$0.isLetter }).contains { Self.transient.contains(String($0)) }
        }
    }

    /// Error words of transient failures.
    private static let transient: Set<String> = [
        "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "READONLY", "OOM", "MISCONF", "NOREPLICAS",
        "NOSCRIPT", "MAXCLIENTS", "UNKILLABLE",
    ]

    /// The failure as a diagnostic with a code `redis.…`.
    ///
    /// - Parameter endpoint: Where the server listens.
    /// - Returns: What failed and, where that is known, what to check.
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
        case .accessDenied(let word):
            return Diagnostic(
                "redis.denied",
                message: "the Redis server at '\(endpoint)' denies access: \(word)",
                category: .environment,
                hint: Self.hint(word)
            )
        case .garbled(let reason):
            return Diagnostic(
                "redis.garbled",
                message: "'\(endpoint)' does not answer like a Redis server: \(reason)",
                category: .environment,
                hint: "check that a Redis server listens there, without TLS"
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
        case "WRONGPASS": "the user or the password in the URL is wrong"
        case "NOAUTH": "it requires a password: redis://user:password@host"
        case "NOPERM": "the user in the URL lacks the permission"
        case "DENIED": "it is in protected mode: set a password, or turn that mode off"
        case "MAXCLIENTS": "it has reached its limit of connections ('maxclients')"
        case "LOADING": "it is starting and loading its data"
        case "ERR": "check that the database exists, and whether it requires a password"
        default: nil
        }
    }
}
