package import PluginKit
internal import Redis

extension RateLimit {
    package static let metrics: [MetricDefinition] =
        [
            .limiterWait, .limiterCalls, .limiterDelayed, .limiterPauses,
        ] + RedisCounts.metrics
}

extension MetricDefinition {
    /// How long a limiter delayed calls.
    static let limiterWait = MetricDefinition(
        "sprocket_limiter_wait_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "The total time that a limiter delayed calls."
    )
    /// Calls that passed.
    static let limiterCalls = MetricDefinition(
        "sprocket_limiter_calls_total",
        kind: .counter,
        help: "Calls that a limiter allowed."
    )
    /// Calls that were delayed.
    static let limiterDelayed = MetricDefinition(
        "sprocket_limiter_delayed_total",
        kind: .counter,
        help: "Calls that a limiter delayed."
    )
    /// Pauses that the server asked for.
    static let limiterPauses = MetricDefinition(
        "sprocket_limiter_pauses_total",
        kind: .counter,
        help: "Pauses that the server asked for."
    )
}
