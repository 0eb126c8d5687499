internal import Glibc
internal import Platform

/// An address in the form of the system's calls.
struct SocketAddress: Sendable {
    /// The kind of address: `AF_INET`, `AF_INET6`, `AF_UNIX`.
    let family: Int32
    private let bytes: [UInt8]

    private init(_ family: Int32, bytes: [UInt8]) {
        self.family = family
        self.bytes = bytes
    }

    /// Calls `body` with the address.
    func use<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        bytes.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: sockaddr.self) { pointer in
                guard let address = pointer.baseAddress else { preconditionFailure("an address has bytes") }
                return body(address, socklen_t(raw.count))
            }
        }
    }

    /// The addresses of an endpoint, the preferred one first.
    ///
    /// - Parameters:
    ///   - endpoint: The endpoint.
    ///   - kind: The type of socket: `SOCK_STREAM`, `SOCK_DGRAM`.
    ///   - deadline: When to stop waiting. A lookup that takes longer continues in the background, and its result is
    ///     ignored.
    /// - Returns: At least one address.
    /// - Throws: `.unresolved`, `.timedOut(.resolving)`.
    static func addresses(
        of endpoint: Endpoint,
        for kind: __socket_type,
        until deadline: Deadline
    ) throws(SocketFailure) -> [SocketAddress] {
        switch endpoint {
        case .file(let path): return [try SocketAddress(path: path)]
        case .port(let port, let host):
            // A numeric address needs no lookup, and so no thread.
            if case .success(let found) = look(host, port: port, kind: kind, flags: AI_NUMERICHOST) { return found }
            return try lookUp(host, port: port, kind: kind, until: deadline)
        }
    }

    private init(path: String) throws(SocketFailure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        // The last byte stays zero to terminate the path.
        guard name.count < MemoryLayout.size(ofValue: address.sun_path), !name.contains(0) else {
            throw .system(ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        self.init(AF_UNIX, bytes: withUnsafeBytes(of: &address) { Array($0) })
    }

    /// Resolves a name on a thread of its own, since the system's call cannot be cancelled.
    private static func lookUp(
        _ host: String,
        port: Int,
        kind: __socket_type,
        until deadline: Deadline
    ) throws(SocketFailure) -> [SocketAddress] {
        let found = Locked<Result<[SocketAddress], SocketFailure>?>(nil)
        let wakeup = try Wakeup()
        try OwnThread.start {
            let result = look(host, port: port, kind: kind, flags: AI_ADDRCONFIG)
            found.withLock { $0 = result }
            wakeup.wake()
        }
        guard wakeup.wait(until: deadline), let result = found.withLock({ $0 }) else { throw .timedOut(.resolving) }
        return try result.get()
    }

    private static func look(
        _ host: String,
        port: Int,
        kind: __socket_type,
        flags: Int32
    ) -> Result<[SocketAddress], SocketFailure> {
        var wanted = addrinfo()
        wanted.ai_socktype = Int32(kind.rawValue)
        wanted.ai_flags = flags
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &wanted, &list)
        guard status == 0 else {
            return .failure(.unresolved(gai_strerror(status).map { String(cString: $0) } ?? "unknown reason"))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = entry.ai_addr {
                let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
                addresses.append(SocketAddress(entry.ai_family, bytes: Array(bytes)))
            }
            next = entry.ai_next
        }
        return .success(addresses)
    }
}
