internal import PluginKit

/// Records which answers are not refreshed for a while, because a refresh failed.
final class RefreshPauses: Sendable {
    private let ends = Locked<[CacheKey: Int64]>([:])
    /// The maximum number of records.
    ///
    /// A record that is dropped costs a call.
    private static let most = 10_000

    /// Whether an answer may be refreshed.
    func allow(_ key: CacheKey, at now: Int64) -> Bool {
        ends.withLock { ends in
            guard let end = ends[key] else { return true }
            guard end <= now else { return false }
            ends[key] = nil
            return true
        }
    }

    /// Prevents refreshes of an answer for `pause` milliseconds.
    func begin(_ key: CacheKey, for pause: Int64, at now: Int64) {
        ends.withLock { ends in
            if ends.count >= Self.most { ends = ends.filter { $0.value > now } }
            if ends.count >= Self.most { ends = [:] }
            ends[key] = now + pause
        }
    }
}
