internal import Glibc
internal import Synchronization

/// Sends single messages that may be lost (UDP), such as figures for a StatsD server.
///
/// Nobody ever waits for the network here, and nobody is told whether a message has arrived.
public final class DatagramSocket: Sendable {
    private let descriptor: Descriptor
    private let lost = Atomic(0)

    /// A socket whose messages go to one place.
    ///
    /// - Parameters:
    ///   - endpoint: Where to.
    ///   - deadline: By when its name must be looked up, which blocks the thread; a number needs no look-up.
    /// - Throws: `.unresolved`, `.unreachable`, `.timedOut(.resolving)`, `.system`.
    public init(to endpoint: Endpoint, until deadline: Deadline) throws(SocketFailure) {
        var failure = SocketFailure.unresolved("no address")
        for address in try SocketAddress.addresses(of: endpoint, for: SOCK_DGRAM, until: deadline) {
            let descriptor = try Descriptor(address.family, SOCK_DGRAM)
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
        }
        lost.add(1, ordering: .relaxed)
        return false
    }
}
