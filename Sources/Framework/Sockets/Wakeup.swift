internal import Glibc

/// Wakes a thread that waits at a socket.
public final class Wakeup: Sendable {
    private let receiver: Descriptor
    private let sender: Descriptor

    /// Creates a wakeup that has not been signalled.
    ///
    /// - Throws: `SocketFailure.system` if too many files are open.
    public init() throws(SocketFailure) {
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0 else { throw SocketFailure(number: errno) }
        (receiver, sender) = (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
    }

    /// Wakes the waiting thread, or the next one that waits.
    public func wake() {
        var byte: UInt8 = 1
        // A full buffer is sufficient: there is something to read.
        while send(sender.number, &byte, 1, Int32(MSG_NOSIGNAL)) < 0, errno == EINTR {}
    }

    /// Waits until this thread is woken, and clears the signal.
    ///
    /// - Parameter deadline: When to stop waiting.
    /// - Returns: Whether it was woken.
    @discardableResult
    public func wait(until deadline: Deadline) -> Bool {
        let isWoken = Readiness.wait(receiver, reading: true, until: deadline).reading
        if isWoken { clear() }
        return isWoken
    }

    /// The descriptor to pass to `poll`.
    var number: Int32 { receiver.number }

    /// Clears the signal.
    func clear() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while true {
            let count = recv(receiver.number, &bytes, bytes.count, 0)
            if count <= 0, !(count < 0 && errno == EINTR) { return }
        }
    }
}
