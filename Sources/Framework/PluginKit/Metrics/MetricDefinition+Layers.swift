/// What layers tell, whichever plugin they are: a limiter of another author uses the same names as the house's.
///
/// The labels are pipeline, stage and layer; where stages share something, such as a pool, pipeline and layer.
extension MetricDefinition {
    // MARK: Waiting. What the verdict on a run is made from.

    /// How long a limiter held calls back.
    public static let limiterWait = MetricDefinition(
        "sprocket_limiter_wait_seconds_total",
        .counter,
        .seconds,
        "How long a limiter held calls back, together."
    )
    /// How long calls paused before another attempt.
    public static let retryWait = MetricDefinition(
        "sprocket_retry_wait_seconds_total",
        .counter,
        .seconds,
        "How long calls paused before another attempt, together."
    )
    /// How long calls paused because the other side asked for it: a part of `retryWait`.
    public static let retryAskedWait = MetricDefinition(
        "sprocket_retry_asked_wait_seconds_total",
        .counter,
        .seconds,
        "How long calls paused because the server asked for it (Retry-After), together."
    )
    /// How long calls waited for a place.
    public static let poolWait = MetricDefinition(
        "sprocket_pool_wait_seconds_total",
        .counter,
        .seconds,
        "How long calls waited for a place in a pool, together."
    )
    /// How long calls waited for the other side to come back.
    public static let breakerWait = MetricDefinition(
        "sprocket_breaker_wait_seconds_total",
        .counter,
        .seconds,
        "How long calls waited at an open breaker, together."
    )

    // MARK: Limiters

    /// Calls that passed.
    public static let limiterCalls = MetricDefinition(
        "sprocket_limiter_calls_total",
        .counter,
        "Calls that a limiter let pass."
    )
    /// Calls that had to wait.
    public static let limiterHeldBack = MetricDefinition(
        "sprocket_limiter_held_back_total",
        .counter,
        "Calls that a limiter had wait."
    )
    /// Pauses that the other side asked for.
    public static let limiterPauses = MetricDefinition(
        "sprocket_limiter_pauses_total",
        .counter,
        "Pauses that the other side asked for."
    )

    // MARK: Redis

    /// Times that a Redis server was away.
    public static let redisOutages = MetricDefinition(
        "sprocket_redis_outages_total",
        .counter,
        "How often the Redis server of a layer was found to be away."
    )
    /// Connections made again.
    public static let redisReconnects = MetricDefinition(
        "sprocket_redis_reconnects_total",
        .counter,
        "Connections with the Redis server of a layer that were made again."
    )
    /// Calls in an outage.
    public static let redisDegraded = MetricDefinition(
        "sprocket_redis_degraded_calls_total",
        .counter,
        "Calls for which a layer did without its Redis server, or waited for it to come back."
    )

    // MARK: Retries

    /// Calls made again.
    public static let retryRepeats = MetricDefinition(
        "sprocket_retry_repeats_total",
        .counter,
        "Attempts that a layer made after the first."
    )
    /// Calls given up.
    public static let retryGivenUp = MetricDefinition(
        "sprocket_retry_given_up_total",
        .counter,
        "Calls that failed for good after all attempts."
    )

    // MARK: Pools

    /// Calls let in.
    public static let poolCalls = MetricDefinition("sprocket_pool_calls_total", .counter, "Calls that got a place.")
    /// Places there are.
    public static let poolPlaces = MetricDefinition("sprocket_pool_places", .gauge, "How many places a pool has.")
    /// The part of the places in use.
    public static let poolUtilisation = MetricDefinition(
        "sprocket_pool_utilisation_ratio",
        .gauge,
        .ratio,
        "The part of a pool's places that was in use, on average from the first call on."
    )
    /// The most in use.
    public static let poolMostInUse = MetricDefinition(
        "sprocket_pool_most_in_use",
        .gauge,
        "The most places in use at the same time."
    )
    /// The most waiting.
    public static let poolMostWaiting = MetricDefinition(
        "sprocket_pool_most_waiting",
        .gauge,
        "The most calls that waited for a place at the same time."
    )
    /// How often it was full.
    public static let poolOverflows = MetricDefinition(
        "sprocket_pool_overflows_total",
        .counter,
        "How often a call came when the queue counted as full."
    )
    /// Calls that the other side turned away.
    public static let poolTurnedAway = MetricDefinition(
        "sprocket_pool_turned_away_total",
        .counter,
        "Calls with a place that failed for a reason that may pass."
    )

    // MARK: Breakers and limits of time

    /// How often it opened.
    public static let breakerOpened = MetricDefinition(
        "sprocket_breaker_opened_total",
        .counter,
        "How often a breaker opened."
    )
    /// Calls that failed at once.
    public static let breakerRefused = MetricDefinition(
        "sprocket_breaker_refused_total",
        .counter,
        "Calls that failed at once at an open breaker."
    )
    /// Calls that waited.
    public static let breakerHeldBack = MetricDefinition(
        "sprocket_breaker_held_back_total",
        .counter,
        "Calls that waited at an open breaker."
    )
    /// Calls with a limit.
    public static let timeoutCalls = MetricDefinition(
        "sprocket_timeout_calls_total",
        .counter,
        "Calls with a limit of time."
    )
    /// Calls that took too long.
    public static let timeoutGivenUp = MetricDefinition(
        "sprocket_timeout_given_up_total",
        .counter,
        "Calls that took too long and were given up."
    )

    // MARK: Caches

    /// Answers that were there.
    public static let cacheHits = MetricDefinition(
        "sprocket_cache_hits_total",
        .counter,
        "Answers that were kept, or that somebody was fetching."
    )
    /// Answers that were not.
    public static let cacheMisses = MetricDefinition(
        "sprocket_cache_misses_total",
        .counter,
        "Answers that had to be fetched."
    )
    /// The part of the answers that were there.
    public static let cacheHitRatio = MetricDefinition(
        "sprocket_cache_hit_ratio",
        .gauge,
        .ratio,
        "The part of the answers that were kept, since the run began."
    )
    /// Answers past their time.
    public static let cacheStale = MetricDefinition(
        "sprocket_cache_stale_total",
        .counter,
        "Answers that were given behind their time."
    )
    /// Calls that waited for somebody else's.
    public static let cacheShared = MetricDefinition(
        "sprocket_cache_shared_fetches_total",
        .counter,
        "Calls that waited for the fetch of another one."
    )
    /// Failures that were kept.
    public static let cacheNegative = MetricDefinition(
        "sprocket_cache_negative_hits_total",
        .counter,
        "Failures that were kept and given again; they are hits, too."
    )
    /// Answers that still held.
    public static let cacheRenewed = MetricDefinition(
        "sprocket_cache_renewed_total",
        .counter,
        "Answers of which a server said that they still hold."
    )
    /// Attempts to renew an answer that came to nothing.
    public static let cacheFailedRefreshes = MetricDefinition(
        "sprocket_cache_refresh_failures_total",
        .counter,
        "How often an answer behind its time could not be fetched anew while it was given."
    )
    /// Answers whose time was over.
    public static let cacheExpired = MetricDefinition(
        "sprocket_cache_expired_total",
        .counter,
        "Answers that went because their time was over."
    )
    /// How old the oldest is.
    public static let cacheAge = MetricDefinition(
        "sprocket_cache_oldest_age_seconds",
        .gauge,
        .seconds,
        "How long the oldest answer has been kept."
    )
    /// Answers that were too large.
    public static let cacheTooLarge = MetricDefinition(
        "sprocket_cache_too_large_total",
        .counter,
        "Answers that were too large to be kept."
    )
    /// What the store could not do.
    public static let cacheFailed = MetricDefinition(
        "sprocket_cache_failures_total",
        .counter,
        "What a store of answers could not do, such as to reach its server."
    )
    /// Answers that made room.
    public static let cacheEvictions = MetricDefinition(
        "sprocket_cache_evictions_total",
        .counter,
        "Answers that made room for others."
    )
    /// Answers kept.
    public static let cacheEntries = MetricDefinition("sprocket_cache_entries", .gauge, "Answers that are kept.")
    /// What they take.
    public static let cacheSize = MetricDefinition(
        "sprocket_cache_size_bytes",
        .gauge,
        .bytes,
        "What the kept answers take."
    )

    // MARK: The layer `metrics`. Labels besides: kind

    /// Calls that it saw; label besides: result.
    public static let layerCalls = MetricDefinition(
        "sprocket_layer_calls_total",
        .counter,
        "Calls that passed a layer 'metrics', by how they ended there."
    )
    /// How long they took.
    public static let layerCallDuration = MetricDefinition(
        "sprocket_layer_call_duration_seconds",
        .histogram,
        .seconds,
        "How long calls took that succeeded, with all that layers further in had them wait."
    )
    /// The most at the same time.
    public static let layerMostInFlight = MetricDefinition(
        "sprocket_layer_most_in_flight",
        .gauge,
        "The most calls that were inside of a layer 'metrics' at the same time."
    )

    /// All of these.
    package static let ofLayers: [MetricDefinition] = [
        limiterWait, retryWait, retryAskedWait, poolWait, breakerWait, limiterCalls, limiterHeldBack, limiterPauses,
        redisOutages,
        redisReconnects, redisDegraded, retryRepeats,
        retryGivenUp, poolCalls, poolPlaces, poolUtilisation, poolMostInUse, poolMostWaiting, poolOverflows,
        poolTurnedAway, breakerOpened, breakerRefused, breakerHeldBack, timeoutCalls, timeoutGivenUp, cacheHits,
        cacheMisses, cacheHitRatio, cacheStale, cacheShared, cacheNegative, cacheRenewed, cacheFailedRefreshes,
        cacheExpired, cacheAge,
        cacheTooLarge, cacheFailed, cacheEvictions, cacheEntries, cacheSize, layerCalls,
        layerCallDuration, layerMostInFlight,
    ]
}
