/// The limits and timeouts for a server's clients.
package struct HTTPServerLimits: Sendable, Hashable {
    /// The maximum number of open connections.
    ///
    /// A further client replaces the one that has waited longest without a complete request.
    package var connections: Int
    /// Whether further clients wait if all connections are busy with a request; otherwise they receive 503.
    package var waitsForRoom: Bool
    /// The maximum number of responses that are streams.
    package var streams: Int
    /// The maximum number of requests over one connection.
    package var requests: Int
    /// The maximum length of the request line in bytes.
    package var lineBytes: Int
    /// The maximum size of the request line and all fields in bytes.
    package var headBytes: Int
    /// The maximum number of fields of a request.
    package var fields: Int
    /// The maximum size of a body in bytes; 0 refuses every form of body, also an empty one in chunks.
    package var bodyBytes: Int
    /// The timeout of a connection without a request, after the first one.
    package var idle: Duration
    /// The timeout of a request, from its first byte to its last; for the first request, from the connection's beginning.
    package var request: Duration
    /// The timeout for the client to accept a response, or the next `answerBytes` of it.
    package var answer: Duration
    /// The number of bytes whose acceptance gives the client the time of `answer` anew.
    package var answerBytes: Int
    /// The timeout for the client to accept a piece of a stream.
    package var piece: Duration
    /// How long remaining input is read after the last response, so that the client sees it.
    package var linger: Duration

    /// Creates limits.
    ///
    /// Defaults suitable for pages and APIs: 128 connections, 8 KiB, 32 KiB, 100 fields, 1 MiB, 60 s, 30 s, 60 s for a
    /// whole response, 5 s for a piece, 2 s; any number of streams and of requests.
    package init(
        connections: Int = 128,
        waitsForRoom: Bool = true,
        streams: Int = .max,
        requests: Int = .max,
        lineBytes: Int = 8 << 10,
        headBytes: Int = 32 << 10,
        fields: Int = 100,
        bodyBytes: Int = 1 << 20,
        idle: Duration = .seconds(60),
        request: Duration = .seconds(30),
        answer: Duration = .seconds(60),
        answerBytes: Int = .max,
        piece: Duration = .seconds(5),
        linger: Duration = .seconds(2)
    ) {
        self.connections = connections
        self.waitsForRoom = waitsForRoom
        self.streams = streams
        self.requests = requests
        self.lineBytes = lineBytes
        self.headBytes = headBytes
        self.fields = fields
        self.bodyBytes = bodyBytes
        self.idle = idle
        self.request = request
        self.answer = answer
        self.answerBytes = answerBytes
        self.piece = piece
        self.linger = linger
    }

    /// Limits for a server beside the work of the program, whose clients may be hostile: 32 connections, 8 streams,
    /// 2 KiB of address, 8 KiB and 64 fields of head, no bodies, 5 s for a request, 10 s for 64 KiB of a response.
    package static let monitor = HTTPServerLimits(
        connections: 32,
        waitsForRoom: false,
        streams: 8,
        requests: 1000,
        lineBytes: 2 << 10,
        headBytes: 8 << 10,
        fields: 64,
        bodyBytes: 0,
        idle: .seconds(15),
        request: .seconds(5),
        answer: .seconds(10),
        answerBytes: 64 << 10,
        piece: .seconds(5),
        linger: .milliseconds(200)
    )
}
