internal import Platform
internal import Sockets

/// One request, and the connection to its client.
///
/// Most servers do not need it: their handler makes a response from a request. It is for those that control what is
/// sent and when, such as a test server that breaks off in the middle.
package struct HTTPExchange: Sendable {
    /// What happens to the connection after the response.
    package enum Ending: Sendable, Hashable {
        /// It takes the next request.
        case keeps
        /// It ends: remaining input is read for a short time, so that the client sees the response.
        case closes
        /// It ends immediately, whatever the client still sends.
        case cuts
        /// It is reset.
        case resets
    }

    /// The request's head.
    package let head: HTTPRequestHead
    /// The request's body.
    package let body: [UInt8]
    /// The number of its connection, from 1.
    package let connectionNumber: Int
    /// Whether the connection takes no further request.
    let isLast: Bool
    let connection: ServedConnection

    /// The server's own host and port.
    package var authority: String { connection.authority }

    /// The connections of the server, including this one.
    package var connections: HTTPServerConnections { connection.counts }

    /// Sends a response in the form that the request requires.
    ///
    /// - Parameter response: The response.
    /// - Returns: What request and response require for the connection: `.keeps` or `.closes`; `.cuts` if the client
    ///   has disconnected or exceeded its timeout.
    package func answer(_ response: HTTPResponse) async -> Ending {
        let framing = framing(of: response)
        guard await write(response.wire(framing)) else { return .cuts }
        return framing.closes ? .closes : .keeps
    }

    /// How a response to this request is sent.
    func framing(of response: HTTPResponse) -> HTTPResponse.Framing {
        let closes =
            isLast || !head.keepsAlive || connection.isStopping
            || response.headers.list("Connection").contains("close")
        return HTTPResponse.Framing(isHead: head.method == "HEAD", closes: closes, time: now)
    }

    /// The time in seconds since 1970-01-01T00:00:00Z.
    var now: Int64 { connection.clock.seconds }

    /// Writes bytes unchanged.
    ///
    /// - Parameter bytes: What to write.
    /// - Returns: Whether the client has accepted them in time, as far as this machine knows.
    package func write(_ bytes: [UInt8]) async -> Bool { await connection.write(bytes) }

    /// Waits for some time.
    ///
    /// - Parameter duration: How long.
    /// - Returns: False if the client disconnects, or the server is closed, before the time is over; also, within a
    ///   stream, if the server stops.
    package func pause(for duration: Duration) async -> Bool { await connection.pause(for: duration) }

    /// Waits until the client has acknowledged everything that was written.
    package func flush() async {
        while connection.socket.unacknowledged > 0, await pause(for: .milliseconds(1)) {}
    }
}
