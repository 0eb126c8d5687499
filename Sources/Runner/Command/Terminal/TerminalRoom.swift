internal import Glibc
internal import PluginKit

/// Waits for space in a terminal or pipe that is read slowly or not at all, unless the program is to end.
enum TerminalRoom {
    /// A write of this many bytes never blocks if there is space: PIPE_BUF of Linux.
    static let piece = 4096

    /// How long a program that is to end waits for space, in total.
    private static let patience = Duration.milliseconds(60)
    private static let waited = Locked(Duration.zero)

    /// Waits until data can be written.
    ///
    /// - Returns: False if the program is to end and nothing is read.
    static func comes(on descriptor: Int32) -> Bool {
        while true {
            var one = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let isOver = waited.withLock { $0 > patience }
            let count = poll(&one, 1, isOver ? 0 : 20)
            if count > 0 || (count < 0 && errno != EINTR) { return true }
            if isOver { return false }
            if Interruption.isStopped { waited.withLock { $0 += .milliseconds(20) } }
        }
    }
}
