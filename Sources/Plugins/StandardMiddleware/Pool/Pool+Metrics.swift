package import PluginKit

extension Pool {
    package static let metrics: [MetricDefinition] = [
        .poolWait, .poolCalls, .poolPlaces, .poolUtilisation, .poolMostInUse, .poolMostWaiting, .poolOverflows,
        .poolTransientFailures,
    ]
}

extension MetricDefinition {
    /// How long calls waited for a place.
    static let poolWait = MetricDefinition(
        "sprocket_pool_wait_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "The total time that calls waited for a place in a pool."
    )
    /// Calls that got a place.
    static let poolCalls = MetricDefinition(
        "sprocket_pool_calls_total",
        kind: .counter,
        help: "Calls that got a place."
    )
    /// The number of places.
    static let poolPlaces = MetricDefinition("sprocket_pool_places", kind: .gauge, help: "How many places a pool has.")
    /// The share of the places in use.
    static let poolUtilisation = MetricDefinition(
        "sprocket_pool_utilisation_ratio",
        kind: .gauge,
        unit: .ratio,
        help: "The average share of a pool's places in use, from the first call on."
    )
    /// The most places in use.
    static let poolMostInUse = MetricDefinition(
        "sprocket_pool_most_in_use",
        kind: .gauge,
        help: "The most places in use at the same time."
    )
    /// The most calls waiting.
    static let poolMostWaiting = MetricDefinition(
        "sprocket_pool_most_waiting",
        kind: .gauge,
        help: "The most calls that waited for a place at the same time."
    )
    /// How often the queue was full.
    static let poolOverflows = MetricDefinition(
        "sprocket_pool_overflows_total",
        kind: .counter,
        help: "How often a call arrived when the queue was full."
    )
    /// Calls that failed transiently.
    static let poolTransientFailures = MetricDefinition(
        "sprocket_pool_transient_failures_total",
        kind: .counter,
        help: "Calls with a place that failed transiently."
    )
}
