internal import Glibc
internal import Synchronization

/// Sends single messages that may be lost (UDP), such as metrics for a StatsD server.
///
/// Nothing waits for the network here, and there is no confirmation that a message has arrived. A machine where no
/// program listens may report that some time later.
public final class DatagramSocket: Sendable {
    private let descriptor: Descriptor
    private let lost = Atomic(0)
    /// Whether it was reported that no program listens at the destination.
    private let isRefused = Atomic(false)

    /// A socket whose messages go to one destination.
    ///
    /// - Parameters:
    ///   - endpoint: The destination.
    ///   - deadline: When name resolution must be done, which blocks the thread; a numeric address needs none.
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

    /// The number of messages that are known not to have left this machine.
    public var lostCount: Int { lost.load(ordering: .relaxed) }

    /// Whether the other machine has reported since the last call that no program listens there: earlier messages are
    /// lost.
    ///
    /// This machine reports it immediately, another one after the network delay, and one beyond a firewall never.
    public func wasRefused() -> Bool {
        var pending = Int32(0)
        var size = socklen_t(MemoryLayout<Int32>.size)
        let isAnswered = getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &pending, &size) == 0
        return isRefused.exchange(false, ordering: .relaxed) || isAnswered && pending == ECONNREFUSED
    }

    /// Sends a message or loses it; never waits.
    ///
    /// - Parameter message: The bytes; more than about 1400 are likely to be lost on the way, more than 65,507
    ///   certainly.
    /// - Returns: Whether it has left this machine, as far as is known.
    @discardableResult
    public func send(_ message: [UInt8]) -> Bool {
        // A refusal by the other machine is reported by the next send, which then sends nothing: it is repeated.
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
