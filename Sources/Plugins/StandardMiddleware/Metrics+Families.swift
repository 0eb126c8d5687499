package import PluginKit

extension Metrics {
    package static let metrics: [MetricDefinition] = [.layerCalls, .layerCallDuration, .layerMostInFlight]
}

extension MetricDefinition {
    /// Calls that it saw; label besides: result.
    static let layerCalls = MetricDefinition(
        "sprocket_layer_calls_total",
        kind: .counter,
        help: "Calls that passed a layer 'metrics', by how they ended there."
    )
    /// How long they took.
    static let layerCallDuration = MetricDefinition(
        "sprocket_layer_call_duration_seconds",
        kind: .histogram,
        unit: .seconds,
        help: "How long calls took that succeeded, with all that layers further in had them wait."
    )
    /// The most at the same time.
    static let layerMostInFlight = MetricDefinition(
        "sprocket_layer_most_in_flight",
        kind: .gauge,
        help: "The most calls that were inside of a layer 'metrics' at the same time."
    )
}
