internal import Formats
internal import PluginKit

/// The lifetimes of answers and failures.
struct Lifetimes: Sendable {
    let ttl: Duration
    let jitter: Double
    let failures: Duration?
    let stale: Duration
    let revalidation: Duration
    let random: any RandomSource

    /// Creates an entry for an answer that was fetched at `now`.
    ///
    /// - Parameters:
    ///   - bytes: The encoded answer.
    ///   - keeping: Whether the answer may be cached.
    ///   - canBeAskedAbout: Whether the answer can be revalidated.
    ///   - now: The time.
    /// - Returns: The entry; nil if it must not be cached or would expire immediately.
    func entry(
        answer bytes: @autoclosure () -> [UInt8],
        keeping: Cacheability,
        canBeAskedAbout: Bool,
        at now: Int64
    ) -> CacheEntry? {
        var freshUntil = now + shortened(ttl)
        var usableUntil = freshUntil + stale.milliseconds
        switch keeping {
        case .no: return nil
        case .asConfigured: break
        case .asConfiguredStrictly: usableUntil = freshUntil
        case .atMost(let limit):
            freshUntil = min(freshUntil, now + limit.milliseconds)
            usableUntil = min(usableUntil, now + limit.milliseconds)
        }
        let keptUntil = canBeAskedAbout ? usableUntil + revalidation.milliseconds : usableUntil
        guard keptUntil > now else { return nil }
        return CacheEntry(
            bytes(),
            storedAt: now,
            freshUntil: freshUntil,
            usableUntil: usableUntil,
            keptUntil: keptUntil
        )
    }

    /// How long an expired answer is returned without another attempt after a failed refresh, in milliseconds.
    var refreshPause: Int64 { min(max(stale.milliseconds / 10, 1000), 60_000) }

    /// Creates an entry for a failure that occurred at `now`; nil if it is not cached.
    ///
    /// Transient failures and cancellations are not cached, nor are failures that the user can fix locally: a cached
    /// copy would outlive the fix.
    func entry(failure: any Error, at now: Int64) -> CacheEntry? {
        guard let failures, let diagnostic = failure as? Diagnostic, Self.holds(diagnostic) else { return nil }
        var writer = StateWriter()
        KeptFailure(diagnostic).write(to: &writer)
        return CacheEntry(writer.bytes, isFailure: true, storedAt: now, freshUntil: now + shortened(failures))
    }

    /// Decodes the failure of an entry.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - remedy: How to delete the entry.
    /// - Returns: The failure; its hint states that it comes from the cache.
    /// - Throws: `checkpoint.state` if the bytes are not a failure.
    static func failure(from entry: CacheEntry, remedy: String) throws(Diagnostic) -> Diagnostic {
        var reader = StateReader(entry.bytes)
        var failure = try KeptFailure(from: &reader).diagnostic
        let memory = "cached since \(ISO8601.text(ofMilliseconds: entry.storedAt)) ('negative_ttl'): \(remedy)"
        failure.hint = failure.hint.map { "\($0); \(memory)" } ?? memory
        return failure
    }

    /// Whether the next attempt would fail in the same way: the failure is in the answer, not in a file of this
    /// machine.
    private static func holds(_ problem: Diagnostic) -> Bool {
        if case .file = problem.place { return false }
        return switch problem.category {
        case .data, .defect: true
        case .usage, .environment, .transient: false
        }
    }

    private func shortened(_ time: Duration) -> Int64 {
        max(1, Int64(Double(time.milliseconds) * (1 - jitter * random.next())))
    }
}
