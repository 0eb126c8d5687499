internal import Glibc
internal import PluginKit

/// Writes to the streams of the program.
///
/// Waits for space in a terminal or pipe that is read slowly or not at all, unless
/// the program is to end.
enum TerminalRoom {
    /// A write of this many bytes never blocks if there is space: PIPE_BUF of Linux.
    private static let piece = 4096

    /// How long a program that is to end waits for space, in total.
    private static let patience = Duration.milliseconds(60)
    private static let waited = Locked(Duration.zero)

    /// Waits until data can be written.
    ///
    /// - Returns: False if the program is to end, and nothing is read.
    private static func comes(on descriptor: Int32) -> Bool {
        while true {
            var one = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let isOver = waited.withLock { $0 > patience }
            let count = poll(&one, 1, isOver ? 0 : 20)
            if count > 0 || (count < 0 && errno != EINTR) { return true }
            if isOver { return false }
            if Interruption.isStopped { waited.withLock { $0 += .milliseconds(20) } }
        }
    }

    /// Writes bytes to a stream of the program.
    ///
    /// - Returns: The number of the system's error if not all of them could be written; nil if they were.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard comes(on: descriptor) else { return EAGAIN }
            let wrote = rest.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, min($0.count, piece))
            }
            if wrote > 0 {
                rest = rest.dropFirst(wrote)
            } else if wrote == 0 || (errno != EINTR && errno != EAGAIN) {
                // A reader that has gone away is no reason to fail: the work itself does not depend on it.
                return wrote == 0 ? EIO : errno
            }
        }
        return nil
    }
}
