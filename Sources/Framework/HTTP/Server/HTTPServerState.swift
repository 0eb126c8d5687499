internal import Sockets

/// All that the connections of a server share.
struct HTTPServerState {
    struct Entry {
        let socket: Connection
        /// Since when it waits for a request; nil while it does not.
        var idleSince: Duration?
        /// Whether it gives its place to another one.
        var mustEnd = false
    }

    /// By their numbers.
    var open: [Int: Entry] = [:]
    var isStopping = false
    private var accepted = 0
    private var most = 0

    var counts: HTTPServerConnections { HTTPServerConnections(accepted: accepted, open: open.count, most: most) }

    /// Whether a connection that waits for a request is to end instead.
    func mustEnd(_ number: Int) -> Bool { isStopping || open[number]?.mustEnd ?? true }

    mutating func add(_ socket: Connection) -> Int {
        accepted += 1
        open[accepted] = Entry(socket: socket)
        most = max(most, open.count)
        return accepted
    }

    /// Has the connection end that waits for a request for the longest time.
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

/// How many connections a server has and had.
package struct HTTPServerConnections: Sendable, Hashable {
    /// How many were accepted.
    package var accepted = 0
    /// How many are open.
    package var open = 0
    /// How many were open at the same time.
    package var most = 0

    package init(accepted: Int = 0, open: Int = 0, most: Int = 0) {
        self.accepted = accepted
        self.open = open
        self.most = most
    }
}
