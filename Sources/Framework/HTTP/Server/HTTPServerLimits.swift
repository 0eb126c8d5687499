/// The limits and timeouts for a server's clients.
package struct HTTPServerLimits: Sendable, Hashable {
    /// The maximum number of open connections.
    ///
    /// Further clients wait, and replace connections that become idle.
    package var connections: Int
    /// The maximum length of the request line in bytes.
    package var lineBytes: Int
    /// The maximum size of the request line and all fields in bytes.
    package var headBytes: Int
    /// The maximum number of fields of a request.
    package var fields: Int
    /// The maximum size of a body in bytes.
    package var bodyBytes: Int
    /// The timeout of a connection without a request.
    package var idle: Duration
    /// The timeout of a request, from its first byte to its last.
    package var request: Duration
    /// The timeout for the client to accept a response.
    package var answer: Duration

    /// Creates limits.
    ///
    /// Defaults suitable for pages and APIs: 128 connections, 8 KiB, 32 KiB, 100 fields, 1 MiB, 60 s, 30 s, 60 s.
    package init(
        connections: Int = 128,
        lineBytes: Int = 8 << 10,
        headBytes: Int = 32 << 10,
        fields: Int = 100,
        bodyBytes: Int = 1 << 20,
        idle: Duration = .seconds(60),
        request: Duration = .seconds(30),
        answer: Duration = .seconds(60)
    ) {
        self.connections = connections
        self.lineBytes = lineBytes
        self.headBytes = headBytes
        self.fields = fields
        self.bodyBytes = bodyBytes
        self.idle = idle
        self.request = request
        self.answer = answer
    }
}
