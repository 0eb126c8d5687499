package import PluginKit
internal import Redis

extension RateLimit {
    package static let metrics: [MetricDefinition] =
        [
            .limiterWait, .limiterCalls, .limiterHeldBack, .limiterPauses,
        ] + RedisCounts.metrics
}

extension MetricDefinition {
    /// How long a limiter held calls back.
    static let limiterWait = MetricDefinition(
        "sprocket_limiter_wait_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "How long a limiter held calls back, together."
    )
    /// Calls that passed.
    static let limiterCalls = MetricDefinition(
        "sprocket_limiter_calls_total",
        kind: .counter,
        help: "Calls that a limiter let pass."
    )
    /// Calls that had to wait.
    static let limiterHeldBack = MetricDefinition(
        "sprocket_limiter_held_back_total",
        kind: .counter,
        help: "Calls that a limiter had wait."
    )
    /// Pauses that the other side asked for.
    static let limiterPauses = MetricDefinition(
        "sprocket_limiter_pauses_total",
        kind: .counter,
        help: "Pauses that the other side asked for."
    )
}
