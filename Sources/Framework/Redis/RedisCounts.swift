/// What has happened between a client and its server.
public struct RedisCounts: Sendable, Hashable {
    /// Commands that were given.
    public var commands = 0
    /// Those that have no answer: the server was away, went away, or refused them.
    public var failures = 0
    /// Connections that were made.
    public var connections = 0
    /// How often the server was found to be away.
    public var outages = 0

    /// Connections that were made again.
    public var reconnects: Int { max(0, connections - 1) }
}
