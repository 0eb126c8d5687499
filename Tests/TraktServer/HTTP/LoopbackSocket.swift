internal import Diagnostics
internal import Glibc

/// A socket that listens on this machine alone.
struct LoopbackSocket: Sendable {
    let descriptor: Int32
    let port: UInt16

    /// Listens on a port of 127.0.0.1; port 0 takes a free one.
    ///
    /// - Throws: `server.listen`, with the operating system's reason.
    init(port: UInt16) throws(Diagnostic) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure(port, errno) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else {
            let reason = errno
            close(descriptor)
            throw Self.failure(port, reason)
        }
        self.descriptor = descriptor
        self.port = UInt16(bigEndian: address.sin_port)
    }

    /// The next connection; nil if the socket was shut.
    func accept() -> Int32? {
        while true {
            let connection = Glibc.accept(descriptor, nil, nil)
            if connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                var yes: Int32 = 1
                setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
                return connection
            }
            // A client that went away meanwhile is its own affair; so is a lack of descriptors, for a moment.
            switch errno {
            case EINTR, ECONNABORTED, EPROTO: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: usleep(10_000)
            default: return nil
            }
        }
    }

    /// Ends `accept()` in whatever thread it waits.
    func shut() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private static func failure(_ port: UInt16, _ reason: Int32) -> Diagnostic {
        Diagnostic(
            "server.listen",
            "there is no listening on port \(port): \(String(cString: strerror(reason)))",
            hint: "port 0 takes any that is free"
        )
    }
}
