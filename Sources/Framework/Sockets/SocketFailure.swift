public import Diagnostics
internal import Glibc

/// Why an operation on a socket failed.
public enum SocketFailure: Error, Sendable, Hashable {
    /// The operation that timed out.
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        /// Resolving the host name.
        case resolving
        /// Connecting.
        case connecting
        /// Waiting for the peer to send.
        case reading
        /// Waiting for the peer to receive.
        case writing
    }

    /// The host name could not be resolved; with the system's description.
    case unresolved(String)
    /// The machine refused the connection: no program listens there.
    case refused
    /// There is no route to the machine, or it is not permitted.
    case unreachable
    /// The peer, or something on the way, has reset the connection.
    case reset
    /// The connection was closed in an orderly way, by the peer or by this program.
    case closed
    /// The deadline has passed.
    case timedOut(Phase)
    /// Any other error, with its `errno`.
    case system(Int32)

    /// The failure for an `errno`.
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

    /// The failure as a diagnostic `socket.…`.
    ///
    /// - Parameter endpoint: The address of the peer.
    /// - Returns: What is wrong and, if known, what to check.
    public func diagnostic(_ endpoint: Endpoint) -> Diagnostic {
        switch self {
        case .unresolved(let reason):
            Diagnostic(
                "socket.unresolved",
                message: "the name in '\(endpoint)' has no address: \(reason)",
                category: .transient,
                hint: "check the spelling and the network connection"
            )
        case .refused:
            Diagnostic(
                "socket.refused",
                message: "nothing listens at '\(endpoint)'",
                category: .transient,
                hint: "is the server running, and does it listen at this address?"
            )
        case .unreachable:
            Diagnostic(
                "socket.unreachable",
                message: "'\(endpoint)' cannot be reached",
                category: .transient,
                hint: "check the network connection"
            )
        case .reset:
            Diagnostic("socket.reset", message: "the connection to '\(endpoint)' was reset", category: .transient)
        case .closed:
            Diagnostic("socket.closed", message: "the connection to '\(endpoint)' is closed", category: .transient)
        case .timedOut(let phase):
            Diagnostic(
                "socket.timeout",
                message: "\(Self.words(phase, endpoint: endpoint)) timed out",
                category: .transient
            )
        case .system(let number):
            Diagnostic(
                "socket.failed",
                message: "communication with '\(endpoint)' failed: \(String(cString: strerror(number)))",
                category: .transient
            )
        }
    }

    private static func words(_ phase: Phase, endpoint: Endpoint) -> String {
        switch phase {
        case .resolving: "resolving the address of '\(endpoint)'"
        case .connecting: "connecting to '\(endpoint)'"
        case .reading: "reading from '\(endpoint)'"
        case .writing: "sending to '\(endpoint)'"
        }
    }
}
