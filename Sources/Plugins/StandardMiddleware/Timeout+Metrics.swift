package import PluginKit

extension Timeout {
    package static let metrics: [MetricDefinition] = [.timeoutCalls, .timeoutGivenUp]
}

extension MetricDefinition {
    /// Calls with a limit.
    static let timeoutCalls = MetricDefinition(
        "sprocket_timeout_calls_total",
        kind: .counter,
        help: "Calls with a limit of time."
    )
    /// Calls that took too long.
    static let timeoutGivenUp = MetricDefinition(
        "sprocket_timeout_given_up_total",
        kind: .counter,
        help: "Calls that took too long and were given up."
    )
}
