internal import Glibc

/// The descriptor of a socket, closed when it is released.
///
/// It is never closed earlier: another thread could get the same number for something else in the middle of a call.
final class Descriptor: Sendable {
    let number: Int32

    /// Takes ownership of a descriptor.
    init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// A new non-blocking socket that child processes do not inherit.
    convenience init(_ family: Int32, kind: __socket_type) throws(SocketFailure) {
        let flags = SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let number = socket(family, Int32(kind.rawValue | flags), 0)
        guard number >= 0 else { throw SocketFailure(number: errno) }
        self.init(owning: number)
    }

    /// Sets an option of a socket.
    ///
    /// Failure costs at most time, so it is not reported.
    func enable(_ option: Int32, at level: Int32) {
        var on: Int32 = 1
        setsockopt(number, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }
}
