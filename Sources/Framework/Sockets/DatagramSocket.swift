internal import Glibc
internal import Synchronization

/// Sends single messages that may be lost (UDP), such as figures for a StatsD server.
///
/// Nobody ever waits for the network here, and nobody is told whether a message has arrived; a machine where nobody listens
/// may say so some time later.
public final class DatagramSocket: Sendable {
    private let descriptor: Descriptor
    private let lost = Atomic(0)
    /// Somebody has said that nobody listens there.
    private let isRefused = Atomic(false)

    /// A socket whose messages go to one place.
    ///
    /// - Parameters:
    ///   - endpoint: Where to.
    ///   - deadline: By when its name must be looked up, which blocks the thread; a number needs no look-up.
    /// - Throws: `.unresolved`, `.unreachable`, `.timedOut(.resolving)`, `.system`.
    public init(to endpoint: Endpoint, until deadline: Deadline) throws(SocketFailure) {
        var failure = SocketFailure.unresolved("no address")
        for address in try SocketAddress.addresses(of: endpoint, for: SOCK_DGRAM, until: deadline) {
            let descriptor = try Descriptor(address.family, kind: SOCK_DGRAM)
            if address.use({ connect(descriptor.number, $0, $1) }) == 0 {
                self.descriptor = descriptor
                return
            }
            failure = SocketFailure(number: errno)
        }
        throw failure
    }

    /// Messages that did not leave this machine, as far as it knows.
    public var lostCount: Int { lost.load(ordering: .relaxed) }

    /// Whether the other machine has said since the last question that nobody listens there: messages before are lost.
    ///
    /// This machine says so at once, another one after the time that the way takes, and one behind a firewall never.
    public func wasRefused() -> Bool {
        var pending = Int32(0)
        var size = socklen_t(MemoryLayout<Int32>.size)
        let isAnswered = getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &pending, &size) == 0
        return isRefused.exchange(false, ordering: .relaxed) || isAnswered && pending == ECONNREFUSED
    }

    /// Sends a message, or loses it: it never waits.
    ///
    /// - Parameter message: The bytes; more than about 1400 are likely to be lost on the way, more than 65,507 for sure.
    /// - Returns: Whether it has left this machine, as far as it knows.
    @discardableResult
    public func send(_ message: [UInt8]) -> Bool {
        // A machine where nobody listens says so at the next message, which has then not left: it is sent again.
        for _ in 1...2 {
            var count = 0
            repeat {
                count = Glibc.send(descriptor.number, message, message.count, Int32(MSG_NOSIGNAL))
            } while count < 0 && errno == EINTR
            if count == message.count { return true }
            guard errno == ECONNREFUSED else { break }
            isRefused.store(true, ordering: .relaxed)
        }
        lost.add(1, ordering: .relaxed)
        return false
    }
}
