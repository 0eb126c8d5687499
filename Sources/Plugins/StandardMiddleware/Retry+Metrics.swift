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
        help: "How long calls paused before another attempt, together."
    )
    /// How long calls paused because the other side asked for it: a part of `retryWait`.
    static let retryAskedWait = MetricDefinition(
        "sprocket_retry_asked_wait_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "How long calls paused because the server asked for it (Retry-After), together."
    )
    /// Calls made again.
    static let retryRepeats = MetricDefinition(
        "sprocket_retry_repeats_total",
        kind: .counter,
        help: "Attempts that a layer made after the first."
    )
    /// Calls given up.
    static let retryGivenUp = MetricDefinition(
        "sprocket_retry_given_up_total",
        kind: .counter,
        help: "Calls that failed for good after all attempts."
    )
}
