internal import PluginKit

/// The adaptive timeout of a server: how long it may send nothing before the request is made again.
///
/// A server that answers in a tenth of a second and is silent for two seconds has lost the request. One that needs two
/// seconds gets ten times that. Each timeout of the same request doubles the time for the next attempt, so that a slow
/// answer arrives eventually.
///
///     limit = slowest of the last 32 answers × 10, at least 2 s   × 2 for each timeout of this request   ≤ most
final class ServerPatience: Sendable {
    private struct State {
        /// The durations of the last answers.
        var recent: [Duration] = []
        /// The index of the next one.
        var place = 0
        /// The number of timeouts by target.
        var givenUp: [String: Int] = [:]
    }

    private let state = Locked(State())

    /// The number of answers that are kept.
    private static let memory = 32
    /// After this many answers, the limit adapts.
    private static let enough = 4
    private static let factor = 10
    private static let least = Duration.seconds(2)

    /// How long the answer may take to start, and how long it may pause.
    ///
    /// - Parameters:
    ///   - target: The target of the request.
    ///   - most: The longest time.
    /// - Returns: The time.
    func limit(for target: String, most: Duration) -> Duration {
        state.withLock { state in
            guard state.recent.count >= Self.enough, let slowest = state.recent.max() else { return most }
            let usual = max(slowest * Self.factor, Self.least)
            return min(usual * (1 << min(state.givenUp[target] ?? 0, 10)), most)
        }
    }

    /// Records the duration of an answer.
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

    /// Records a timeout.
    func noteSilence(_ target: String) { state.withLock { $0.givenUp[target, default: 0] += 1 } }
}
