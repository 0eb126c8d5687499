internal import Glibc

/// A bidirectional stream of bytes to another program, on this machine or another.
///
/// Its calls block the calling thread up to their deadline: make them on a dedicated thread. One thread may read while
/// another one writes, and any may call `shutDown`.
public final class Connection: Sendable {
    let descriptor: Descriptor

    /// An accepted connection.
    init(_ descriptor: Descriptor) {
        self.descriptor = descriptor
        descriptor.enable(TCP_NODELAY, at: Int32(IPPROTO_TCP))
    }

    /// Connects to a server.
    ///
    /// If the name has several addresses, each is tried with a share of the time.
    ///
    /// - Parameters:
    ///   - endpoint: The server.
    ///   - deadline: The deadline, including name resolution.
    /// - Throws: `.unresolved`, `.refused`, `.unreachable`, `.timedOut(.resolving)`, `.timedOut(.connecting)`,
    ///   `.system`.
    public convenience init(to endpoint: Endpoint, until deadline: Deadline) throws(SocketFailure) {
        let addresses = try SocketAddress.addresses(of: endpoint, for: SOCK_STREAM, until: deadline)
        var failure = SocketFailure.unresolved("no address")
        for (index, address) in addresses.enumerated() {
            let share = deadline.remaining.map { Deadline(in: $0 / (addresses.count - index)) } ?? deadline
            do {
                self.init(try Self.connect(address, until: share))
                return
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private static func connect(_ address: SocketAddress, until deadline: Deadline) throws(SocketFailure) -> Descriptor
    {
        let descriptor = try Descriptor(address.family, kind: SOCK_STREAM)
        let status = address.use { Glibc.connect(descriptor.number, $0, $1) }
        if status == 0 { return descriptor }
        // An interrupted connect continues in the background, like one that takes longer.
        guard errno == EINPROGRESS || errno == EINTR else {
            // The backlog of a Unix domain socket is full: the server is too busy to accept.
            throw errno == EAGAIN ? .refused : SocketFailure(number: errno)
        }
        guard Readiness.wait(descriptor, writing: true, until: deadline).writing else { throw .timedOut(.connecting) }
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &number, &size)
        guard number == 0 else { throw SocketFailure(number: number) }
        return descriptor
    }

    /// Reads available bytes, after waiting until there are any.
    ///
    /// - Parameters:
    ///   - buffer: Where the bytes are appended.
    ///   - limit: The maximum number of bytes.
    ///   - deadline: When to stop waiting.
    /// - Returns: The number of bytes; 0 if the peer has ended the stream.
    /// - Throws: `.reset`, `.timedOut(.reading)`, `.system`.
    public func read(into buffer: inout [UInt8], atMost limit: Int, until deadline: Deadline) throws(SocketFailure)
        -> Int
    {
        while true {
            if let count = try readAvailable(into: &buffer, atMost: limit) { return count }
            guard Readiness.wait(descriptor, reading: true, until: deadline).reading else { throw .timedOut(.reading) }
        }
    }

    /// Writes all bytes, waiting until the peer takes them.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - deadline: When all of it must be written.
    /// - Throws: `.reset`, `.timedOut(.writing)`, `.system`. It is then not known what has arrived.
    public func write(_ bytes: [UInt8], until deadline: Deadline) throws(SocketFailure) {
        var written = 0
        while written < bytes.count {
            let count = try writeAvailable(bytes[written...])
            written += count
            guard count == 0 else { continue }
            guard Readiness.wait(descriptor, writing: true, until: deadline).writing else { throw .timedOut(.writing) }
        }
    }

    /// Ends the connection in both directions: a read finds the end, also on another thread.
    public func shutDown() { shutdown(descriptor.number, Int32(SHUT_RDWR)) }
}

// For a thread that reads, writes and is notified of more to write.
extension Connection {
    /// Reads available bytes without waiting.
    ///
    /// - Parameters:
    ///   - buffer: Where the bytes are appended.
    ///   - limit: The maximum number of bytes.
    /// - Returns: The number of bytes; 0 if the peer has ended the stream; nil if there are none yet.
    /// - Throws: `.reset`, `.system`.
    public func readAvailable(into buffer: inout [UInt8], atMost limit: Int) throws(SocketFailure) -> Int? {
        let (count, number) = withUnsafeTemporaryAllocation(byteCount: min(limit, 64 << 10), alignment: 16) { bytes in
            var count = 0
            repeat {
                count = recv(descriptor.number, bytes.baseAddress, bytes.count, 0)
            } while count < 0 && errno == EINTR
            let number = errno
            if count > 0 { buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes.prefix(count))) }
            return (count, number)
        }
        if count >= 0 { return count }
        if number == EAGAIN || number == EWOULDBLOCK { return nil }
        throw SocketFailure(number: number)
    }

    /// Writes as much as possible without waiting.
    ///
    /// - Parameter bytes: What to write.
    /// - Returns: The number of bytes written; 0 if there is no room.
    /// - Throws: `.reset`, `.system`.
    public func writeAvailable(_ bytes: ArraySlice<UInt8>) throws(SocketFailure) -> Int {
        let (count, number) = bytes.withUnsafeBytes { raw in
            var count = 0
            repeat {
                count = send(descriptor.number, raw.baseAddress, raw.count, Int32(MSG_NOSIGNAL))
            } while count < 0 && errno == EINTR
            return (count, errno)
        }
        if count >= 0 { return count }
        if number == EAGAIN || number == EWOULDBLOCK { return 0 }
        throw SocketFailure(number: number)
    }

    /// Waits until there is something to read, room to write if requested, or the thread is woken.
    ///
    /// - Parameters:
    ///   - writing: Whether to wait for room to write.
    ///   - wakeup: What may wake it; cleared when this returns.
    ///   - deadline: When to stop waiting.
    public func wait(writing: Bool, or wakeup: Wakeup, until deadline: Deadline) {
        let ready = Readiness.wait(descriptor, reading: true, writing: writing, wakeup: wakeup, until: deadline)
        if ready.isWoken { wakeup.clear() }
    }
}

// For the server side of a connection.
extension Connection {
    /// Ends the outgoing stream, so that the peer finds the end; what it still sends can be read.
    package func endWriting() { shutdown(descriptor.number, Int32(SHUT_WR)) }

    /// Makes the peer receive a reset instead of an end when the connection is released.
    package func resetAtEnd() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor.number, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    /// The number of written bytes that the peer has not acknowledged yet.
    package var unacknowledged: Int {
        var count: Int32 = 0
        // TIOCOUTQ, which the Glibc module does not export.
        return ioctl(descriptor.number, 0x5411, &count) == 0 ? Int(count) : 0
    }
}
