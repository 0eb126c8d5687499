package import PluginKit

extension Timeout {
    package static let metrics: [MetricDefinition] = [.timeoutCalls, .timeoutGivenUp]
}

extension MetricDefinition {
    /// Calls with a timeout.
    static let timeoutCalls = MetricDefinition(
        "sprocket_timeout_calls_total",
        kind: .counter,
        help: "Calls with a timeout."
    )
    /// Calls that exceeded the timeout.
    static let timeoutGivenUp = MetricDefinition(
        "sprocket_timeout_given_up_total",
        kind: .counter,
        help: "Calls that exceeded the timeout."
    )
}
