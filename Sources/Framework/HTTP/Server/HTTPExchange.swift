internal import Platform
internal import Sockets

/// One request, and the way back to whoever has sent it.
///
/// Most servers need none of it: their handler makes a response of a request. It is for those that decide themselves what
/// goes over the wire and when, such as a server of a test that breaks off in the middle.
package struct HTTPExchange: Sendable {
    /// What happens to the connection after the answer.
    package enum Ending: Sendable, Hashable {
        /// It takes the next request.
        case keeps
        /// It ends: what the client still sends is read for a moment, so that it sees the answer.
        case closes
        /// It ends now, whatever the client still sends.
        case cuts
        /// It is broken off, so that the client sees a reset.
        case resets
    }

    /// The request's head.
    package let head: HTTPRequestHead
    /// The request's body.
    package let body: [UInt8]
    /// The number of its connection, from 1.
    package let connectionNumber: Int
    let connection: ServedConnection

    /// The server's own host and port.
    package var authority: String { connection.authority }

    /// The connections of the server, this one included.
    package var connections: HTTPServerConnections { connection.counts }

    /// Answers with a response, as is due to the request.
    ///
    /// - Parameter response: The answer.
    /// - Returns: What the request and the answer want for the connection: `.keeps` or `.closes`; `.cuts` if the client has
    ///   gone or takes too long.
    package func answer(_ response: HTTPResponse) async -> Ending {
        let closes = !head.keepsAlive || connection.isStopping || response.headers.list("Connection").contains("close")
        let framing = HTTPResponse.Framing(
            isHead: head.method == "HEAD",
            closes: closes,
            time: connection.clock.seconds
        )
        guard await write(response.wire(framing)) else { return .cuts }
        return closes ? .closes : .keeps
    }

    /// Writes bytes as they are.
    ///
    /// - Parameter bytes: What to write.
    /// - Returns: Whether the client has taken them in time, as far as this machine knows.
    package func write(_ bytes: [UInt8]) async -> Bool { await connection.write(bytes) }

    /// Waits for some time.
    ///
    /// - Parameter duration: How long.
    /// - Returns: False if the client goes, or the server is closed, before the time is over.
    package func pause(for duration: Duration) async -> Bool { await connection.pause(for: duration) }

    /// Waits until the client has acknowledged everything that was written.
    package func flush() async {
        while connection.socket.unacknowledged > 0, await pause(for: .milliseconds(1)) {}
    }
}
