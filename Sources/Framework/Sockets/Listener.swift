internal import Glibc
internal import Synchronization

/// Accepts connections.
public final class Listener: Sendable {
    /// The port that it listens on; nil for a Unix domain socket.
    public let port: Int?
    let descriptor: Descriptor
    private let wakeup: Wakeup
    private let isStopped = Atomic(false)
    private let path: String?

    /// Starts listening.
    ///
    /// - Parameter endpoint: A numeric address of this machine, such as `127.0.0.1`, and a port, 0 for any that is
    ///   free; or a path where nothing exists yet.
    /// - Throws: `.system`, also if another program listens there; `.unreachable` for a port that is not permitted or
    ///   an address of another machine; `.unresolved`.
    public init(at endpoint: Endpoint) throws(SocketFailure) {
        let addresses = try SocketAddress.addresses(of: endpoint, for: SOCK_STREAM, until: Deadline(in: .seconds(10)))
        guard let address = addresses.first else { throw .unresolved("no address") }
        descriptor = try Descriptor(address.family, kind: SOCK_STREAM)
        wakeup = try Wakeup()
        // Recently closed connections do not keep the port in use.
        descriptor.enable(SO_REUSEADDR, at: SOL_SOCKET)
        let number = descriptor.number
        // With a short queue, a client that comes together with many others would try again only after a second.
        guard address.use({ bind(number, $0, $1) }) == 0, listen(number, 1024) == 0 else {
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
        // Both address families have the port after the family, in network byte order.
        return withUnsafeBytes(of: &storage) { Int($0[2]) << 8 | Int($0[3]) }
    }

    /// Waits for a connection.
    ///
    /// - Returns: The connection; nil once the listener is stopped.
    /// - Throws: `.system` if too many files are open: wait briefly before the next call.
    public func accept() throws(SocketFailure) -> Connection? {
        while !isStopped.load(ordering: .acquiring) {
            if let connection = try acceptAvailable() { return connection }
            _ = Readiness.wait(descriptor, reading: true, wakeup: wakeup, until: .never)
        }
        return nil
    }

    /// Accepts a connection without waiting.
    ///
    /// - Returns: The connection; nil if there is none.
    /// - Throws: `.system` if too many files are open: wait briefly before the next call.
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
            // The client has already closed the connection.
            case EINTR, ECONNABORTED, EPROTO: continue
            default:
                let number = errno
                if isStopped.load(ordering: .acquiring) { return nil }
                throw .system(number)
            }
        }
    }

    /// Stops accepting; `accept` returns, on whatever thread.
    public func stop() {
        isStopped.store(true, ordering: .releasing)
        // Connections are refused from now on, even while the listener is still referenced.
        shutdown(descriptor.number, Int32(SHUT_RDWR))
        wakeup.wake()
    }
}
