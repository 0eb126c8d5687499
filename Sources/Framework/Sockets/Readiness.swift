internal import Glibc

/// The operations that are possible without waiting.
struct Readiness {
    /// There is something to read, or the end of the stream.
    var reading = false
    /// There is room to write.
    var writing = false
    /// The waiting thread was woken.
    var isWoken = false

    /// Waits until an operation is possible.
    ///
    /// - Parameters:
    ///   - descriptor: The socket.
    ///   - reading: Whether to wait for something to read.
    ///   - writing: Whether to wait for room to write.
    ///   - wakeup: What may end the wait.
    ///   - deadline: When to stop waiting.
    /// - Returns: The possible operations; none after the deadline.
    static func wait(
        _ descriptor: Descriptor,
        reading: Bool = false,
        writing: Bool = false,
        wakeup: Wakeup? = nil,
        until deadline: Deadline
    ) -> Readiness {
        let wanted = (reading ? POLLIN : 0) | (writing ? POLLOUT : 0)
        // `poll` ignores a negative descriptor.
        var polls = [
            pollfd(fd: descriptor.number, events: Int16(wanted), revents: 0),
            pollfd(fd: wakeup?.number ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let count = poll(&polls, nfds_t(polls.count), deadline.milliseconds)
            if count > 0 { break }
            if count == 0, deadline.isOver { return Readiness() }
            // Other errors mean invalid arguments; the next call on the socket reports the problem.
            if count < 0, errno != EINTR { return Readiness(reading: true, writing: true) }
        }
        // A problem with the socket is reported by the next call on it.
        let trouble = POLLERR | POLLHUP | POLLNVAL
        let result = Int32(polls[0].revents)
        return Readiness(
            reading: reading && result & (Int32(POLLIN) | Int32(trouble)) != 0,
            writing: writing && result & (Int32(POLLOUT) | Int32(trouble)) != 0,
            isWoken: polls[1].revents != 0
        )
    }

    /// Waits until an event occurs at one of several sockets.
    ///
    /// - Parameters:
    ///   - sockets: The descriptor of each, and the events to wait for.
    ///   - wakeup: What may end the wait; cleared when this returns.
    ///   - deadline: When to stop waiting.
    /// - Returns: The indices of sockets with events; empty after the deadline or a wakeup.
    static func ready(_ sockets: [(number: Int32, events: Int16)], wakeup: Wakeup, until deadline: Deadline) -> [Int] {
        var polls = sockets.map { pollfd(fd: $0.number, events: $0.events, revents: 0) }
        polls.append(pollfd(fd: wakeup.number, events: Int16(POLLIN), revents: 0))
        var count: Int32
        repeat {
            count = poll(&polls, nfds_t(polls.count), deadline.milliseconds)
        } while count < 0 && errno == EINTR || count == 0 && !deadline.isOver
        if polls[sockets.count].revents != 0 { wakeup.clear() }
        return sockets.indices.filter { polls[$0].revents != 0 }
    }
}
