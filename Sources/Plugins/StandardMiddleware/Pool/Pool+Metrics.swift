package import PluginKit

extension Pool {
    package static let metrics: [MetricDefinition] = [
        .poolWait, .poolCalls, .poolPlaces, .poolUtilisation, .poolMostInUse, .poolMostWaiting, .poolOverflows,
        .poolTurnedAway,
    ]
}

extension MetricDefinition {
    /// How long calls waited for a place.
    static let poolWait = MetricDefinition(
        "sprocket_pool_wait_seconds_total",
        kind: .counter,
        unit: .seconds,
        help: "How long calls waited for a place in a pool, together."
    )
    /// Calls let in.
    static let poolCalls = MetricDefinition(
        "sprocket_pool_calls_total",
        kind: .counter,
        help: "Calls that got a place."
    )
    /// Places there are.
    static let poolPlaces = MetricDefinition("sprocket_pool_places", kind: .gauge, help: "How many places a pool has.")
    /// The part of the places in use.
    static let poolUtilisation = MetricDefinition(
        "sprocket_pool_utilisation_ratio",
        kind: .gauge,
        unit: .ratio,
        help: "The part of a pool's places that was in use, on average from the first call on."
    )
    /// The most in use.
    static let poolMostInUse = MetricDefinition(
        "sprocket_pool_most_in_use",
        kind: .gauge,
        help: "The most places in use at the same time."
    )
    /// The most waiting.
    static let poolMostWaiting = MetricDefinition(
        "sprocket_pool_most_waiting",
        kind: .gauge,
        help: "The most calls that waited for a place at the same time."
    )
    /// How often it was full.
    static let poolOverflows = MetricDefinition(
        "sprocket_pool_overflows_total",
        kind: .counter,
        help: "How often a call came when the queue counted as full."
    )
    /// Calls that the other side turned away.
    static let poolTurnedAway = MetricDefinition(
        "sprocket_pool_turned_away_total",
        kind: .counter,
        help: "Calls with a place that failed for a reason that may pass."
    )
}
