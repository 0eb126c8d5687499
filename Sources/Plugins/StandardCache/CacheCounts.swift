internal import PluginKit

/// The hits and misses of a layer.
struct CacheCounts: Sendable {
    /// Answers found in the store, or fetched by another call meanwhile.
    var hits = 0
    /// Answers that had to be fetched.
    var misses = 0
    /// Hits with answers that had expired.
    var stale = 0
    /// Hits with failures.
    var negative = 0
    /// Expired answers that were revalidated.
    var renewed = 0
    /// Calls that waited for another call's fetch.
    var waits = 0
    /// Background refreshes that failed.
    var failedRefreshes = 0
    /// Uses not yet reported to the store, by plugin or server; nil if the store does not record uses.
    var unreported: [String: CacheUses]?

    /// Counts a hit.
    mutating func hit(_ subject: String) {
        hits += 1
        unreported?[subject, default: CacheUses()].given += 1
    }

    /// Counts a hit with an answer or a failure.
    mutating func hit<Output>(_ answer: Result<Output, any Error>, subject: String) {
        hit(subject)
        if case .failure = answer { negative += 1 }
    }

    /// Counts a miss.
    mutating func miss(_ subject: String) {
        misses += 1
        unreported?[subject, default: CacheUses()].fetched += 1
    }

    /// Returns the unreported uses, which then count as reported.
    mutating func report() -> [String: CacheUses] {
        defer { unreported = unreported.map { _ in [:] } }
        return unreported ?? [:]
    }

    /// The metrics of the layer and its store for the report.
    ///
    /// - Parameters:
    ///   - store: The store's counts.
    ///   - now: The time, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Returns: The metrics; empty if the layer had no calls.
    func measurements(_ store: CacheFigures, at now: Int64) -> [Measurement] {
        guard hits + misses > 0 else { return [] }
        var measurements = [
            Measurement("hits", value: Double(hits), metric: .cacheHits),
            Measurement("misses", value: Double(misses), metric: .cacheMisses),
            Measurement("ratio", value: Double(hits) / Double(hits + misses) * 100, unit: "%", metric: .cacheHitRatio),
            Measurement("stale", value: Double(stale), metric: .cacheStale),
            Measurement("negative", value: Double(negative), metric: .cacheNegative),
            Measurement("waits", value: Double(waits), metric: .cacheShared),
            Measurement("renewed", value: Double(renewed), metric: .cacheRenewed),
            Measurement("evictions", value: Double(store.evicted), metric: .cacheEvictions, isShared: true),
            Measurement("expired", value: Double(store.expired), metric: .cacheExpired, isShared: true),
        ]
        if let entries = store.entries {
            measurements.append(Measurement("entries", value: Double(entries), metric: .cacheEntries, isShared: true))
        }
        if let bytes = store.bytes {
            measurements.append(
                Measurement("bytes", value: Double(bytes), unit: "B", metric: .cacheSize, isShared: true)
            )
        }
        if let oldest = store.oldest {
            // In floating point: a time from a damaged file may be any number.
            let age = max(0, Double(now) - Double(oldest)) / 1000
            measurements.append(Measurement("oldest", value: age, unit: "s", metric: .cacheAge, isShared: true))
        }
        if store.refused > 0 {
            measurements.append(
                Measurement("too large", value: Double(store.refused), metric: .cacheTooLarge, isShared: true)
            )
        }
        if store.failed > 0 {
            measurements.append(
                Measurement("failed", value: Double(store.failed), metric: .cacheFailed, isShared: true)
            )
        }
        if failedRefreshes > 0 {
            measurements.append(
                Measurement("refreshes failed", value: Double(failedRefreshes), metric: .cacheFailedRefreshes)
            )
        }
        return measurements + store.others + store.levels
    }
}
