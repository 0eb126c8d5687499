package import PluginKit

extension Retry {
    package static let metrics: [MetricDefinition] = [.retryWait, .retryAskedWait, .retryRepeats, .retryGivenUp]
}

extension MetricDefinition {
    /// How long calls paused before another attempt.
    static let retryWait = MetricDefinition(
        "sprocket_retry_wait_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "The total time that calls paused before another attempt."
    )
    /// How long calls paused because the server asked for it; included in `retryWait`.
    static let retryAskedWait = MetricDefinition(
        "sprocket_retry_asked_wait_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "The total time that calls paused because the server asked for it (Retry-After)."
    )
    /// Attempts after the first.
    static let retryRepeats = MetricDefinition(
        "sprocket_retry_repeats_total",
        kind: .counter,
        help: "Attempts after the first."
    )
    /// Calls that failed in all attempts.
    static let retryGivenUp = MetricDefinition(
        "sprocket_retry_given_up_total",
        kind: .counter,
        help: "Calls that failed in all attempts."
    )
}
