internal import Formats
internal import PluginKit

/// How long answers and failures hold.
struct Lifetimes: Sendable {
    private let ttl: Duration
    private let jitter: Double
    private let failures: Duration?
    private let stale: Duration
    private let revalidation: Duration
    private let random: any RandomSource

    init(_ options: Cache.Options, random: any RandomSource) {
        ttl = options.ttl
        jitter = options.jitter
        failures = options.negativeTtl
        stale = options.staleWhileRevalidate ?? .zero
        revalidation = options.revalidateFor ?? .zero
        self.random = random
    }

    /// An answer that was fetched at `now`; nil if it is of no use later.
    ///
    /// - Parameters:
    ///   - bytes: The answer.
    ///   - keeping: Whether it may be kept.
    ///   - canBeAskedAbout: Whether there is a way to ask if it still holds.
    ///   - now: The time.
    /// - Returns: The entry; nil if it is of no use later.
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

    /// For how many milliseconds an answer behind its time is given without another attempt, when one has come to nothing.
    var refreshPause: Int64 { min(max(stale.milliseconds / 10, 1000), 60_000) }

    /// A failure that came at `now`; nil if it is not to be remembered.
    ///
    /// One that may pass is not, and neither is that somebody did not want to wait any longer, nor what the user can mend
    /// and would not understand to find again.
    func entry(failure: any Error, at now: Int64) -> CacheEntry? {
        guard let failures, let diagnostic = failure as? Diagnostic, Self.holds(diagnostic) else { return nil }
        var writer = StateWriter()
        KeptFailure(diagnostic).write(to: &writer)
        return CacheEntry(writer.bytes, isFailure: true, storedAt: now, freshUntil: now + shortened(failures))
    }

    /// The failure that an entry remembers.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - remedy: How to have it forgotten.
    /// - Returns: The failure; its hint says that it was remembered.
    /// - Throws: `checkpoint.state` if the bytes are no failure.
    static func failure(from entry: CacheEntry, remedy: String) throws(Diagnostic) -> Diagnostic {
        var reader = StateReader(entry.bytes)
        var failure = try KeptFailure(from: &reader).diagnostic
        let memory = "remembered since \(ISO8601.text(ofMilliseconds: entry.storedAt)) ('negative_ttl'): \(remedy)"
        failure.hint = failure.hint.map { "\($0); \(memory)" } ?? memory
        return failure
    }

    /// Whether the next attempt would fail alike: what was answered is so, and is not about a file of this machine.
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
