package import PluginKit
internal import Redis

extension Cache {
    package static let metrics: [MetricDefinition] =
        [
            .cacheHits, .cacheMisses, .cacheHitRatio, .cacheStale, .cacheShared, .cacheNegative, .cacheRenewed,
            .cacheFailedRefreshes, .cacheExpired, .cacheAge, .cacheTooLarge, .cacheFailed, .cacheEvictions,
            .cacheEntries, .cacheSize,
        ] + RedisCounts.metrics
}

extension MetricDefinition {
    /// Answers that were there.
    static let cacheHits = MetricDefinition(
        "sprocket_cache_hits_total",
        kind: .counter,
        help: "Answers that were kept, or that somebody was fetching."
    )
    /// Answers that were not.
    static let cacheMisses = MetricDefinition(
        "sprocket_cache_misses_total",
        kind: .counter,
        help: "Answers that had to be fetched."
    )
    /// The part of the answers that were there.
    static let cacheHitRatio = MetricDefinition(
        "sprocket_cache_hit_ratio",
        kind: .gauge,
        unit: .ratio,
        help: "The part of the answers that were kept, since the run began."
    )
    /// Answers past their time.
    static let cacheStale = MetricDefinition(
        "sprocket_cache_stale_total",
        kind: .counter,
        help: "Answers that were given behind their time."
    )
    /// Calls that waited for somebody else's.
    static let cacheShared = MetricDefinition(
        "sprocket_cache_shared_fetches_total",
        kind: .counter,
        help: "Calls that waited for the fetch of another one."
    )
    /// Failures that were kept.
    static let cacheNegative = MetricDefinition(
        "sprocket_cache_negative_hits_total",
        kind: .counter,
        help: "Failures that were kept and given again; they are hits, too."
    )
    /// Answers that still held.
    static let cacheRenewed = MetricDefinition(
        "sprocket_cache_renewed_total",
        kind: .counter,
        help: "Answers of which a server said that they still hold."
    )
    /// Attempts to renew an answer that came to nothing.
    static let cacheFailedRefreshes = MetricDefinition(
        "sprocket_cache_refresh_failures_total",
        kind: .counter,
        help: "How often an answer behind its time could not be fetched anew while it was given."
    )
    /// Answers whose time was over.
    static let cacheExpired = MetricDefinition(
        "sprocket_cache_expired_total",
        kind: .counter,
        help: "Answers that went because their time was over."
    )
    /// How old the oldest is.
    static let cacheAge = MetricDefinition(
        "sprocket_cache_oldest_age_seconds",
        kind: .gauge,
        unit: .seconds,
        help: "How long the oldest answer has been kept."
    )
    /// Answers that were too large.
    static let cacheTooLarge = MetricDefinition(
        "sprocket_cache_too_large_total",
        kind: .counter,
        help: "Answers that were too large to be kept."
    )
    /// What the store could not do.
    static let cacheFailed = MetricDefinition(
        "sprocket_cache_failures_total",
        kind: .counter,
        help: "What a store of answers could not do, such as to reach its server."
    )
    /// Answers that made room.
    static let cacheEvictions = MetricDefinition(
        "sprocket_cache_evictions_total",
        kind: .counter,
        help: "Answers that made room for others."
    )
    /// Answers kept.
    static let cacheEntries = MetricDefinition("sprocket_cache_entries", kind: .gauge, help: "Answers that are kept.")
    /// What they take.
    static let cacheSize = MetricDefinition(
        "sprocket_cache_size_bytes",
        kind: .gauge,
        unit: .bytes,
        help: "What the kept answers take."
    )
}
