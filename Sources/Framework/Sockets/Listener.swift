internal import Glibc
internal import Synchronization

/// Waits for others to connect.
public final class Listener: Sendable {
    /// The port that it listens at; nil for a socket in the file system.
    public let port: Int?
    let descriptor: Descriptor
    private let wakeup: Wakeup
    private let isStopped = Atomic(false)
    private let path: String?

    /// Listens from now on.
    ///
    /// - Parameter endpoint: Where: a number of this machine, such as `127.0.0.1`, and a port, 0 for any that is free;
    ///   or a path at which there is nothing yet.
    /// - Throws: `.system`, also where somebody listens already; `.unreachable` for a port that is not allowed or an
    ///   address of another machine; `.unresolved`.
    public init(at endpoint: Endpoint) throws(SocketFailure) {
        let addresses = try SocketAddress.addresses(of: endpoint, for: SOCK_STREAM, until: Deadline(in: .seconds(10)))
        guard let address = addresses.first else { throw .unresolved("no address") }
        descriptor = try Descriptor(address.family, kind: SOCK_STREAM)
        wakeup = try Wakeup()
        // Connections that ended a moment ago do not keep the port.
        descriptor.enable(SO_REUSEADDR, at: SOL_SOCKET)
        let number = descriptor.number
        guard address.use({ bind(number, $0, $1) }) == 0, listen(number, 128) == 0 else {
            throw SocketFailure(number: errno)
        }
        if case .file(let path) = endpoint { self.path = path } else { path = nil }
        port = Self.port(of: number)
    }

    deinit { if let path { unlink(path) } }

    /// The port that the system chose.
    private static func port(of number: Int32) -> Int? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutableBytes(of: &storage) { raw in
            raw.withMemoryRebound(to: sockaddr.self) { getsockname(number, $0.baseAddress, &size) }
        }
        guard status == 0, [AF_INET, AF_INET6].contains(Int32(storage.ss_family)) else { return nil }
        // Both kinds of address have the port behind the family, in the order of the network.
        return withUnsafeBytes(of: &storage) { Int($0[2]) << 8 | Int($0[3]) }
    }

    /// Waits until somebody connects.
    ///
    /// - Returns: The connection; nil once it is stopped.
    /// - Throws: `.system`, when too many files are open: wait a moment before the next call.
    public func accept() throws(SocketFailure) -> Connection? {
        while !isStopped.load(ordering: .acquiring) {
            if let connection = try acceptAvailable() { return connection }
            _ = Readiness.wait(descriptor, reading: true, wakeup: wakeup, until: .never)
        }
        return nil
    }

    /// Takes somebody in who wants to connect, without waiting.
    ///
    /// - Returns: The connection; nil if nobody wants to.
    /// - Throws: `.system`, when too many files are open: wait a moment before the next call.
    package func acceptAvailable() throws(SocketFailure) -> Connection? {
        while true {
            let number = Glibc.accept(descriptor.number, nil, nil)
            if number >= 0 {
                let accepted = Descriptor(owning: number)
                _ = fcntl(number, F_SETFD, FD_CLOEXEC)
                _ = fcntl(number, F_SETFL, O_NONBLOCK)
                return Connection(accepted)
            }
            switch errno {
            case EAGAIN, EWOULDBLOCK: return nil
            // Whoever wanted to connect has gone again.
            case EINTR, ECONNABORTED, EPROTO: continue
            default:
                let number = errno
                if isStopped.load(ordering: .acquiring) { return nil }
                throw .system(number)
            }
        }
    }

    /// Takes nobody in any more; `accept` returns, on whatever thread.
    public func stop() {
        isStopped.store(true, ordering: .releasing)
        // Whoever connects is refused from now on, also while somebody still has the listener.
        shutdown(descriptor.number, Int32(SHUT_RDWR))
        wakeup.wake()
    }
}
