public import Diagnostics
internal import Glibc

/// Why something on a socket could not be done.
public enum SocketFailure: Error, Sendable, Hashable {
    /// What was under way when its time was over.
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        /// The name of the machine was looked up.
        case resolving
        /// The machine was asked for a connection.
        case connecting
        /// The other side was to send something.
        case reading
        /// The other side was to take something.
        case writing
    }

    /// There is no machine of this name; the system's own words.
    case unresolved(String)
    /// The machine is there, and nobody listens.
    case refused
    /// There is no way to the machine, or none that is allowed.
    case unreachable
    /// The other side, or something on the way, has cut the connection.
    case reset
    /// The other side, or somebody here, has closed the connection in good order.
    case closed
    /// It took longer than it may.
    case timedOut(Phase)
    /// Anything else, by the system's number (`errno`).
    case system(Int32)

    /// The failure that has this `errno`.
    init(number: Int32) {
        self =
            switch number {
            case ECONNREFUSED, ENOENT: .refused
            case ECONNRESET, EPIPE, ECONNABORTED: .reset
            case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EACCES, EPERM, EADDRNOTAVAIL: .unreachable
            case ETIMEDOUT: .timedOut(.connecting)
            default: .system(number)
            }
    }

    /// The failure for a person: `socket.…`.
    ///
    /// - Parameter endpoint: Where the other side is, or was to be.
    /// - Returns: What is wrong and, where that is known, what to look at.
    public func diagnostic(_ endpoint: Endpoint) -> Diagnostic {
        switch self {
        case .unresolved(let reason):
            Diagnostic(
                "socket.unresolved",
                message: "the name in '\(endpoint)' has no address: \(reason)",
                category: .transient,
                hint: "is it spelled right, and is the network there?"
            )
        case .refused:
            Diagnostic(
                "socket.refused",
                message: "nobody listens at '\(endpoint)'",
                category: .transient,
                hint: "is the server running, and is this where it listens?"
            )
        case .unreachable:
            Diagnostic(
                "socket.unreachable",
                message: "there is no way to '\(endpoint)'",
                category: .transient,
                hint: "is the network there?"
            )
        case .reset:
            Diagnostic("socket.reset", message: "the connection with '\(endpoint)' was cut", category: .transient)
        case .closed:
            Diagnostic("socket.closed", message: "the connection with '\(endpoint)' is closed", category: .transient)
        case .timedOut(let phase):
            Diagnostic(
                "socket.timeout",
                message: "\(Self.words(phase, endpoint: endpoint)) took longer than it may",
                category: .transient
            )
        case .system(let number):
            Diagnostic(
                "socket.failed",
                message: "the system could not talk with '\(endpoint)': \(String(cString: strerror(number)))",
                category: .transient
            )
        }
    }

    private static func words(_ phase: Phase, endpoint: Endpoint) -> String {
        switch phase {
        case .resolving: "finding the address of '\(endpoint)'"
        case .connecting: "connecting with '\(endpoint)'"
        case .reading: "the answer of '\(endpoint)'"
        case .writing: "sending to '\(endpoint)'"
        }
    }
}
