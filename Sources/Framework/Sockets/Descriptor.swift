internal import Glibc

/// A socket's number, which is given back when nobody uses it any more.
///
/// It is never closed before: another thread could get the same number for something else in the middle of a call.
final class Descriptor: Sendable {
    let number: Int32

    /// Takes over a number.
    init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// A new socket whose calls return at once, and which child processes do not get.
    convenience init(_ family: Int32, kind: __socket_type) throws(SocketFailure) {
        let flags = SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let number = socket(family, Int32(kind.rawValue | flags), 0)
        guard number >= 0 else { throw SocketFailure(number: errno) }
        self.init(owning: number)
    }

    /// Sets a switch of a socket; one that cannot be set costs time at most, so nobody is told.
    func enable(_ option: Int32, at level: Int32) {
        var on: Int32 = 1
        setsockopt(number, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }
}
