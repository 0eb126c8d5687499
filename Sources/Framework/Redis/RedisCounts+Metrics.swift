public import Metrics

extension RedisCounts {
    /// The families of metrics that a plugin has of its server.
    public static let metrics: [MetricDefinition] = [.redisOutages, .redisReconnects, .redisDegraded]
}

extension MetricDefinition {
    /// Times that a Redis server was away.
    public static let redisOutages = MetricDefinition(
        "sprocket_redis_outages_total",
        kind: .counter,
        help: "How often the Redis server of a layer was found to be away."
    )
    /// Connections made again.
    public static let redisReconnects = MetricDefinition(
        "sprocket_redis_reconnects_total",
        kind: .counter,
        help: "Connections with the Redis server of a layer that were made again."
    )
    /// Calls in an outage.
    public static let redisDegraded = MetricDefinition(
        "sprocket_redis_degraded_calls_total",
        kind: .counter,
        help: "Calls for which a layer did without its Redis server, or waited for it to come back."
    )
}
