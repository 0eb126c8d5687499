internal import PluginKit

/// Counts and times the calls of one kind that one stage makes, each attempt by itself.
///
/// It stands inside of all layers, so what they have a call wait is not in it.
final class CallMeter: Sendable {
    /// What is known by now.
    struct Reading: Sendable {
        /// How often calls ended in each way.
        var endings: [CallResult: Int] = [:]
        /// How long calls took that succeeded.
        var times = LatencyHistogram()
        /// How long all calls took together.
        var busy = Duration.zero
        /// How many are being made.
        var inFlight = 0

        /// How many calls have ended.
        var ended: Int { endings.values.reduce(0, +) }
    }

    private let state = Guarded(Reading())

    init() {}

    /// What is known by now.
    var reading: Reading { state.withLock { $0 } }

    /// Makes a call.
    func measuring<Output>(_ time: any TimeSource, _ body: () async throws -> Output) async throws -> Output {
        state.withLock { $0.inFlight += 1 }
        let start = time.now
        do {
            let output = try await body()
            end(.success, after: time.now - start)
            return output
        } catch {
            end(CallResult(error), after: time.now - start)
            throw error
        }
    }

    private func end(_ result: CallResult, after length: Duration) {
        state.withLock { state in
            state.inFlight -= 1
            state.endings[result, default: 0] += 1
            state.busy += length
            if result == .success { state.times.add(length) }
        }
    }
}
