/// Counts of a client's commands and connections.
public struct RedisCounts: Sendable, Hashable {
    /// Commands that were submitted.
    public var commands = 0
    /// Commands without an answer: the server was or became unavailable, or returned an error.
    public var failures = 0
    /// Connections that were made.
    public var connections = 0
    /// How often the server became unavailable.
    public var outages = 0

    /// Connections made after the first.
    public var reconnects: Int { max(0, connections - 1) }
}
