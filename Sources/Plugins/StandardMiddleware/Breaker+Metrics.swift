package import PluginKit

extension Breaker {
    package static let metrics: [MetricDefinition] = [.breakerWait, .breakerOpened, .breakerRefused, .breakerDelayed]
}

extension MetricDefinition {
    /// How long calls waited at open breakers.
    static let breakerWait = MetricDefinition(
        "sprocket_breaker_wait_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "The total time that calls waited at an open breaker."
    )
    /// How often breakers opened.
    static let breakerOpened = MetricDefinition(
        "sprocket_breaker_opened_total",
        kind: .counter,
        help: "How often a breaker opened."
    )
    /// Calls that failed immediately.
    static let breakerRefused = MetricDefinition(
        "sprocket_breaker_refused_total",
        kind: .counter,
        help: "Calls that failed immediately at an open breaker."
    )
    /// Calls that waited.
    static let breakerDelayed = MetricDefinition(
        "sprocket_breaker_delayed_total",
        kind: .counter,
        help: "Calls that waited at an open breaker."
    )
}
