internal import PluginKit

/// How often a layer had an answer.
struct CacheCounts: Sendable {
    /// Answers that were there, or that somebody else was fetching.
    var hits = 0
    /// Answers that had to be fetched.
    var misses = 0
    /// Hits that were given behind their time.
    var stale = 0
    /// Hits that were failures.
    var negative = 0
    /// Answers behind their time that were asked about and still held.
    var renewed = 0
    /// Calls that waited for somebody else's.
    var waits = 0
    /// Attempts to fetch an answer anew, beside the calls, that came to nothing.
    var failedRefreshes = 0
    /// What the store has not been told yet, by who was asked; nil if it does not want to know.
    var untold: [String: CacheUses]?

    /// Takes note of an answer that was there.
    mutating func hit(_ subject: String) {
        hits += 1
        untold?[subject, default: CacheUses()].given += 1
    }

    /// Takes note of an answer, or a failure, that was there.
    mutating func hit<Output>(_ answer: Result<Output, any Error>, subject: String) {
        hit(subject)
        if case .failure = answer { negative += 1 }
    }

    /// Takes note of a call that has to fetch its answer.
    mutating func miss(_ subject: String) {
        misses += 1
        untold?[subject, default: CacheUses()].fetched += 1
    }

    /// What the store has not been told yet; from now on it has.
    mutating func tell() -> [String: CacheUses] {
        defer { untold = untold.map { _ in [:] } }
        return untold ?? [:]
    }

    /// The counts and the store's figures, as the report shows them.
    ///
    /// - Parameters:
    ///   - store: The store's figures.
    ///   - now: The time, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Returns: The figures; none if the layer had nothing to do.
    func figures(_ store: CacheFigures, at now: Int64) -> [Figure] {
        guard hits + misses > 0 else { return [] }
        var figures = [
            Figure("hits", value: Double(hits), metric: .cacheHits),
            Figure("misses", value: Double(misses), metric: .cacheMisses),
            Figure("ratio", value: Double(hits) / Double(hits + misses) * 100, unit: "%", metric: .cacheHitRatio),
            Figure("stale", value: Double(stale), metric: .cacheStale),
            Figure("negative", value: Double(negative), metric: .cacheNegative),
            Figure("waits", value: Double(waits), metric: .cacheShared),
            Figure("renewed", value: Double(renewed), metric: .cacheRenewed),
            Figure("evictions", value: Double(store.evicted), metric: .cacheEvictions, isShared: true),
            Figure("expired", value: Double(store.expired), metric: .cacheExpired, isShared: true),
        ]
        if let entries = store.entries {
            figures.append(Figure("entries", value: Double(entries), metric: .cacheEntries, isShared: true))
        }
        if let bytes = store.bytes {
            figures.append(Figure("bytes", value: Double(bytes), unit: "B", metric: .cacheSize, isShared: true))
        }
        if let oldest = store.oldest {
            // As floating-point numbers: a time from a damaged file may be any.
            let age = max(0, Double(now) - Double(oldest)) / 1000
            figures.append(Figure("oldest", value: age, unit: "s", metric: .cacheAge, isShared: true))
        }
        if store.refused > 0 {
            figures.append(Figure("too large", value: Double(store.refused), metric: .cacheTooLarge, isShared: true))
        }
        if store.failed > 0 {
            figures.append(Figure("failed", value: Double(store.failed), metric: .cacheFailed, isShared: true))
        }
        if failedRefreshes > 0 {
            figures.append(Figure("refreshes failed", value: Double(failedRefreshes), metric: .cacheFailedRefreshes))
        }
        return figures + store.others + store.levels
    }
}
