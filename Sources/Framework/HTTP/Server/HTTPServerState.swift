internal import Sockets

/// The state that the connections of a server share.
struct HTTPServerState {
    struct Entry {
        let socket: Connection
        /// When it began to wait for a request; nil while it does not wait.
        var idleSince: Duration?
        /// Whether it has to make room for another connection.
        var mustEnd = false
    }

    /// The open connections by number.
    var open: [Int: Entry] = [:]
    var isStopping = false
    private var accepted = 0
    private var most = 0

    var counts: HTTPServerConnections { HTTPServerConnections(accepted: accepted, open: open.count, most: most) }

    /// Whether a connection that waits for a request has to end.
    func mustEnd(_ number: Int) -> Bool { isStopping || open[number]?.mustEnd ?? true }

    mutating func add(_ socket: Connection) -> Int {
        accepted += 1
        open[accepted] = Entry(socket: socket)
        most = max(most, open.count)
        return accepted
    }

    /// Ends the connection that has waited longest for a request.
    ///
    /// - Returns: The connection; nil if all are busy.
    mutating func endOldestIdle() -> Connection? {
        let idle = open.filter { $0.value.idleSince != nil && !$0.value.mustEnd }
        guard
            let oldest = idle.min(by: { ($0.value.idleSince ?? .zero, $0.key) < ($1.value.idleSince ?? .zero, $1.key) })
        else { return nil }
        open[oldest.key]?.mustEnd = true
        return oldest.value.socket
    }
}

/// The numbers of connections of a server.
package struct HTTPServerConnections: Sendable, Hashable {
    /// The number of accepted connections.
    package var accepted = 0
    /// The number of open connections.
    package var open = 0
    /// The maximum number of simultaneously open connections.
    package var most = 0

    package init(accepted: Int = 0, open: Int = 0, most: Int = 0) {
        self.accepted = accepted
        self.open = open
        self.most = most
    }
}
