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
    /// Answers found in the cache.
    static let cacheHits = MetricDefinition(
        "sprocket_cache_hits_total",
        kind: .counter,
        help: "Answers that were in the cache, or being fetched by another call."
    )
    /// Answers that had to be fetched.
    static let cacheMisses = MetricDefinition(
        "sprocket_cache_misses_total",
        kind: .counter,
        help: "Answers that had to be fetched."
    )
    /// The share of hits.
    static let cacheHitRatio = MetricDefinition(
        "sprocket_cache_hit_ratio",
        kind: .gauge,
        unit: .ratio,
        help: "The share of hits since the run began."
    )
    /// Answers that had expired.
    static let cacheStale = MetricDefinition(
        "sprocket_cache_stale_total",
        kind: .counter,
        help: "Expired answers that were returned."
    )
    /// Calls that waited for another call's fetch.
    static let cacheShared = MetricDefinition(
        "sprocket_cache_shared_fetches_total",
        kind: .counter,
        help: "Calls that waited for another call's fetch."
    )
    /// Cached failures.
    static let cacheNegative = MetricDefinition(
        "sprocket_cache_negative_hits_total",
        kind: .counter,
        help: "Cached failures that were returned; they are also hits."
    )
    /// Answers that were revalidated.
    static let cacheRenewed = MetricDefinition(
        "sprocket_cache_renewed_total",
        kind: .counter,
        help: "Answers that a server confirmed as still valid."
    )
    /// Refreshes that failed.
    static let cacheFailedRefreshes = MetricDefinition(
        "sprocket_cache_refresh_failures_total",
        kind: .counter,
        help: "How often the refresh of an expired answer failed."
    )
    /// Answers removed because they had expired.
    static let cacheExpired = MetricDefinition(
        "sprocket_cache_expired_total",
        kind: .counter,
        help: "Answers removed because they had expired."
    )
    /// The age of the oldest answer.
    static let cacheAge = MetricDefinition(
        "sprocket_cache_oldest_age_seconds",
        kind: .gauge,
        unit: .seconds,
        help: "The age of the oldest answer."
    )
    /// Answers that were too large.
    static let cacheTooLarge = MetricDefinition(
        "sprocket_cache_too_large_total",
        kind: .counter,
        help: "Answers that were too large to be stored."
    )
    /// Operations of the store that failed.
    static let cacheFailed = MetricDefinition(
        "sprocket_cache_failures_total",
        kind: .counter,
        help: "Operations of the store that failed, such as reaching its server."
    )
    /// Evicted answers.
    static let cacheEvictions = MetricDefinition(
        "sprocket_cache_evictions_total",
        kind: .counter,
        help: "Answers evicted to make room for others."
    )
    /// The number of stored answers.
    static let cacheEntries = MetricDefinition(
        "sprocket_cache_entries",
        kind: .gauge,
        help: "The number of stored answers."
    )
    /// The size of the stored answers.
    static let cacheSize = MetricDefinition(
        "sprocket_cache_size_bytes",
        kind: .gauge,
        unit: .bytes,
        help: "The size of the stored answers."
    )
}
