internal import Glibc

/// Ends the waiting of another thread at a socket.
public final class Wakeup: Sendable {
    private let receiver: Descriptor
    private let sender: Descriptor

    /// Nobody is woken yet.
    ///
    /// - Throws: `SocketFailure.system`, when too many files are open.
    public init() throws(SocketFailure) {
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0 else { throw SocketFailure(number: errno) }
        (receiver, sender) = (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
    }

    /// Wakes the one who waits, or who will wait next.
    public func wake() {
        var byte: UInt8 = 1
        // Full is as good as written: there is something to read.
        while send(sender.number, &byte, 1, Int32(MSG_NOSIGNAL)) < 0, errno == EINTR {}
    }

    /// Waits until somebody wakes this thread; that it was woken is then forgotten.
    ///
    /// - Parameter deadline: How long to wait at most.
    /// - Returns: Whether somebody did.
    @discardableResult
    public func wait(until deadline: Deadline) -> Bool {
        let isWoken = Readiness.wait(receiver, reading: true, until: deadline).reading
        if isWoken { clear() }
        return isWoken
    }

    /// What `poll` waits for.
    var number: Int32 { receiver.number }

    /// Forgets that it was woken.
    func clear() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while true {
            let count = recv(receiver.number, &bytes, bytes.count, 0)
            if count <= 0, !(count < 0 && errno == EINTR) { return }
        }
    }
}
