public import Metrics

extension RedisCounts {
    /// The metrics that a plugin reports about its Redis server.
    public static let metrics: [MetricDefinition] = [.redisOutages, .redisReconnects, .redisDegraded]
}

extension MetricDefinition {
    /// Counts the times the server became unavailable.
    public static let redisOutages = MetricDefinition(
        "sprocket_redis_outages_total",
        kind: .counter,
        help: "How often the Redis server of a layer became unavailable."
    )
    /// Counts reconnections.
    public static let redisReconnects = MetricDefinition(
        "sprocket_redis_reconnects_total",
        kind: .counter,
        help: "Reconnections to the Redis server of a layer."
    )
    /// Counts calls during an outage.
    public static let redisDegraded = MetricDefinition(
        "sprocket_redis_degraded_calls_total",
        kind: .counter,
        help: "Calls that a layer made without its Redis server, or delayed until it was available again."
    )
}
