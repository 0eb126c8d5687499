/// What a server takes from those who ask, and for how long it waits for them.
package struct HTTPServerLimits: Sendable, Hashable {
    /// How many connections are open at the same time; others wait, and take the place of one that idles.
    package var connections: Int
    /// How long the request line may be, in bytes.
    package var lineBytes: Int
    /// How long the request line and all fields may be, in bytes.
    package var headBytes: Int
    /// How many fields a request may have.
    package var fields: Int
    /// How long a body may be, in bytes.
    package var bodyBytes: Int
    /// How long a connection may stay without a request.
    package var idle: Duration
    /// How long a request may take, from its first byte to its last.
    package var request: Duration
    /// How long the client may take to accept an answer.
    package var answer: Duration

    /// Limits; those not given are made for pages and APIs: 128 connections, 8 KiB, 32 KiB, 100 fields, 1 MiB, 60 s, 30 s, 60 s.
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
