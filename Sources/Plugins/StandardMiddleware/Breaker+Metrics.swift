package import PluginKit

extension Breaker {
    package static let metrics: [MetricDefinition] = [.breakerWait, .breakerOpened, .breakerRefused, .breakerHeldBack]
}

extension MetricDefinition {
    /// How long calls waited for the other side to come back.
    static let breakerWait = MetricDefinition(
        "sprocket_breaker_wait_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "How long calls waited at an open breaker, together."
    )
    /// How often it opened.
    static let breakerOpened = MetricDefinition(
        "sprocket_breaker_opened_total",
        kind: .counter,
        help: "How often a breaker opened."
    )
    /// Calls that failed at once.
    static let breakerRefused = MetricDefinition(
        "sprocket_breaker_refused_total",
        kind: .counter,
        help: "Calls that failed at once at an open breaker."
    )
    /// Calls that waited.
    static let breakerHeldBack = MetricDefinition(
        "sprocket_breaker_held_back_total",
        kind: .counter,
        help: "Calls that waited at an open breaker."
    )
}
