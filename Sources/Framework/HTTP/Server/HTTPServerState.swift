internal import Sockets

/// The state that the connections of a server share.
struct HTTPServerState {
    struct Entry {
        let socket: Connection
        /// When it began to wait for a complete request; nil while a request is answered.
        var waitsSince: Duration?
        /// Whether its response is a stream.
        var isStreaming = false
        /// Whether it has to make room for another connection.
        var mustEnd = false
    }

    /// The open connections by number, except those that only linger.
    private(set) var open: [Int: Entry] = [:]
    /// The connections that have received their last response, and whose remaining input is read.
    private var lingering: [Int: Connection] = [:]
    var isStopping = false
    private var accepted = 0
    private var most = 0

    var counts: HTTPServerConnections { HTTPServerConnections(accepted: accepted, open: open.count, most: most) }

    var sockets: [Connection] { open.values.map(\.socket) + lingering.values }

    /// Those that can end immediately when the server stops.
    var endable: [Connection] {
        open.values.filter { $0.waitsSince != nil || $0.isStreaming }.map(\.socket)
    }

    /// Whether a connection that waits for a request has to end: the server stops, or another one needs its place.
    func mustEnd(_ number: Int) -> Bool { isStopping || makesRoom(number) }

    /// Whether another connection needs the place of this one.
    func makesRoom(_ number: Int) -> Bool { open[number]?.mustEnd ?? true }

    /// Adds a connection that waits for its first request.
    mutating func add(_ socket: Connection, at now: Duration) -> Int {
        accepted += 1
        open[accepted] = Entry(socket: socket, waitsSince: now)
        most = max(most, open.count)
        return accepted
    }

    mutating func remove(_ number: Int) {
        open[number] = nil
        lingering[number] = nil
    }

    /// Notes that a connection waits for a request, or that its request is complete and will be answered.
    ///
    /// - Returns: Whether it should have made room, and will not: another one has to.
    mutating func note(_ number: Int, waitsSince: Duration?) -> Bool {
        guard var entry = open[number] else { return false }
        let isSpared = waitsSince == nil && entry.mustEnd
        entry.waitsSince = waitsSince
        entry.isStreaming = false
        if isSpared { entry.mustEnd = false }
        open[number] = entry
        return isSpared
    }

    /// Notes that a connection's response is a stream, unless there are as many as there may be.
    mutating func startStreaming(_ number: Int, atMost streams: Int) -> Bool {
        guard open.values.count(where: \.isStreaming) < streams else { return false }
        open[number]?.isStreaming = true
        return true
    }

    /// Frees the place of a connection that is not answered any more, unless too many of them are still open.
    mutating func startLingering(_ number: Int, socket: Connection, atMost most: Int) -> Bool {
        open[number] = nil
        guard lingering.count < most else { return false }
        lingering[number] = socket
        return true
    }

    /// The number of a connection for which there is no place.
    mutating func turnAway() -> Int {
        accepted += 1
        return accepted
    }

    /// Ends the connection that has waited longest without a complete request.
    ///
    /// - Returns: The connection; nil if all are busy.
    mutating func endOldestWaiting() -> Connection? {
        let waiting = open.filter { $0.value.waitsSince != nil && !$0.value.mustEnd }
        let oldest = waiting.min {
            ($0.value.waitsSince ?? .zero, $0.key) < ($1.value.waitsSince ?? .zero, $1.key)
        }
        guard let oldest else { return nil }
        open[oldest.key]?.mustEnd = true
        return oldest.value.socket
    }

    /// Whether a connection is about to end to make room.
    var isMakingRoom: Bool { open.values.contains(where: \.mustEnd) }
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
