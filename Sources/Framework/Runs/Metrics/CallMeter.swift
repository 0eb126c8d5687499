internal import PluginKit

/// Counts and times the calls of one kind that one stage makes, each attempt separately.
///
/// It is inside all layers, so it does not include the time for which they delay a call.
final class CallMeter: Sendable {
    /// The counts so far.
    struct Reading: Sendable {
        /// How many calls ended with each result, in the order of `CallResult.allCases`.
        fileprivate(set) var endings = [Int](repeating: 0, count: CallResult.allCases.count)
        /// The durations of the successful calls.
        var times = LatencyHistogram()
        /// The total duration of all calls.
        var busy = Duration.zero
        /// How many calls are in progress.
        var inFlight = 0

        /// How many calls ended with each result.
        var results: [CallResult: Int] {
            Dictionary(uniqueKeysWithValues: CallResult.allCases.map { ($0, endings[$0.place]) })
        }

        /// How many calls have ended.
        var ended: Int { endings.reduce(0, +) }
    }

    private let state = Locked(Reading())

    init() {}

    /// The counts so far.
    var reading: Reading { state.withLock { $0 } }

    /// Makes a call, and measures it.
    @inline(__always)
    func measuring<Output>(_ time: any TimeSource, body: () async throws -> Output) async throws -> Output {
        state.withLock { $0.inFlight += 1 }
        let start = time.nanoseconds
        do {
            let output = try await body()
            end(.success, after: time.nanoseconds - start)
            return output
        } catch {
            end(CallResult(error), after: time.nanoseconds - start)
            throw error
        }
    }

    private func end(_ result: CallResult, after nanoseconds: Int64) {
        state.withLock { state in
            state.inFlight -= 1
            state.endings[result.place] += 1
            state.busy += .nanoseconds(nanoseconds)
            if result == .success { state.times.add(nanoseconds: nanoseconds) }
        }
    }
}
