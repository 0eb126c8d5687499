package import PluginKit

extension Metrics {
    package static let metrics: [MetricDefinition] = [.layerCalls, .layerCallDuration, .layerMostInFlight]
}

extension MetricDefinition {
    /// Calls; the additional label is `result`.
    static let layerCalls = MetricDefinition(
        "sprocket_layer_calls_total",
        kind: .counter,
        help: "Calls through a layer 'metrics', by result."
    )
    /// The duration of successful calls.
    static let layerCallDuration = MetricDefinition(
        "sprocket_layer_call_duration_seconds",
        kind: .histogram,
        unit: .seconds,
        help: "The duration of successful calls, including the time that inner layers delayed them."
    )
    /// The most calls in progress at the same time.
    static let layerMostInFlight = MetricDefinition(
        "sprocket_layer_most_in_flight",
        kind: .gauge,
        help: "The most calls in progress inside a layer 'metrics' at the same time."
    )
}
