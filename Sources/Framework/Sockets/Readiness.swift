internal import Glibc

/// What can be done without waiting.
struct Readiness {
    /// There is something to read, or the end of it.
    var reading = false
    /// Something can be written.
    var writing = false
    /// Somebody has woken the one who waits.
    var isWoken = false

    /// Waits until something can be done.
    ///
    /// - Parameters:
    ///   - descriptor: The socket.
    ///   - reading: Whether to wait for something to read.
    ///   - writing: Whether to wait for room to write.
    ///   - wakeup: Who may end the waiting.
    ///   - deadline: How long to wait at most.
    /// - Returns: What can be done; nothing when the time is over.
    static func wait(
        _ descriptor: Descriptor,
        reading: Bool = false,
        writing: Bool = false,
        wakeup: Wakeup? = nil,
        until deadline: Deadline
    ) -> Readiness {
        let wanted = (reading ? POLLIN : 0) | (writing ? POLLOUT : 0)
        // A number below nothing is passed over.
        var polls = [
            pollfd(fd: descriptor.number, events: Int16(wanted), revents: 0),
            pollfd(fd: wakeup?.number ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let count = poll(&polls, nfds_t(polls.count), deadline.milliseconds)
            if count > 0 { break }
            if count == 0, deadline.isOver { return Readiness() }
            // Only the wrong arguments would make it fail otherwise.
            if count < 0, errno != EINTR { return Readiness(reading: true, writing: true) }
        }
        // Whatever is wrong with the socket, the call that is made next says.
        let trouble = POLLERR | POLLHUP | POLLNVAL
        let result = Int32(polls[0].revents)
        return Readiness(
            reading: reading && result & (Int32(POLLIN) | Int32(trouble)) != 0,
            writing: writing && result & (Int32(POLLOUT) | Int32(trouble)) != 0,
            isWoken: polls[1].revents != 0
        )
    }

    /// Waits until something happens at one of many sockets.
    ///
    /// - Parameters:
    ///   - sockets: The number of each, and what `poll` is to wait for there.
    ///   - wakeup: Who may end the waiting; that it was woken is then forgotten.
    ///   - deadline: How long to wait at most.
    /// - Returns: The places of those where something has happened; none when the time is over or somebody has woken it.
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
