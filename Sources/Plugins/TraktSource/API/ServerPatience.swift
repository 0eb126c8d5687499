internal import PluginKit

/// How long a server may keep silent before it is asked again: not longer than it needs as a rule.
///
/// A server that answers in a tenth of a second and is silent for two has lost the request. One that needs two seconds
/// gets twenty times that. Whoever is given up and asked again for the same gets twice as long each time, so that an
/// answer that takes its time comes in the end.
///
///     limit = slowest of the last 32 answers × 10, at least 2 s   × 2 for each time that this was given up   ≤ most
final class ServerPatience: Sendable {
    private struct State {
        /// How long the last answers took.
        var recent: [Duration] = []
        /// Where the next one goes.
        var place = 0
        /// How often what is asked for was given up.
        var givenUp: [String: Int] = [:]
    }

    private let state = Locked(State())

    /// So many answers are remembered.
    private static let memory = 32
    /// After so many, the server is known.
    private static let enough = 4
    private static let factor = 10
    private static let least = Duration.seconds(2)

    /// How long the answer may take to begin, and to go on.
    ///
    /// - Parameters:
    ///   - target: What is asked for.
    ///   - most: The longest time.
    /// - Returns: The time.
    func limit(for target: String, most: Duration) -> Duration {
        state.withLock { state in
            guard state.recent.count >= Self.enough, let slowest = state.recent.max() else { return most }
            let usual = max(slowest * Self.factor, Self.least)
            return min(usual * (1 << min(state.givenUp[target] ?? 0, 10)), most)
        }
    }

    /// Learns from an answer.
    func note(_ target: String, after length: Duration) {
        state.withLock { state in
            state.givenUp[target] = nil
            if state.recent.count < Self.memory {
                state.recent.append(length)
            } else {
                state.recent[state.place] = length
                state.place = (state.place + 1) % Self.memory
            }
        }
    }

    /// Notes that no answer was waited for any longer.
    func noteSilence(_ target: String) { state.withLock { $0.givenUp[target, default: 0] += 1 } }
}
