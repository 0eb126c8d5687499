internal import PluginKit

/// Which answers are not to be fetched anew for a while, because that came to nothing.
final class RefreshPauses: Sendable {
    private let ends = Locked<[CacheKey: Int64]>([:])
    /// How many are remembered at most.
    ///
    /// One that is forgotten costs a call.
    private static let most = 10_000

    /// Whether an answer may be fetched anew.
    func allow(_ key: CacheKey, at now: Int64) -> Bool {
        ends.withLock { ends in
            guard let end = ends[key] else { return true }
            guard end <= now else { return false }
            ends[key] = nil
            return true
        }
    }

    /// Holds an answer back for so many milliseconds.
    func begin(_ key: CacheKey, for pause: Int64, at now: Int64) {
        ends.withLock { ends in
            if ends.count >= Self.most { ends = ends.filter { $0.value > now } }
            if ends.count >= Self.most { ends = [:] }
            ends[key] = now + pause
        }
    }
}
