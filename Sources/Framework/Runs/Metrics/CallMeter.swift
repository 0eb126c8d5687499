internal import PluginKit

/// Counts and times the calls of one kind that one stage makes, each attempt by itself.
///
/// It stands inside of all layers, so what they have a call wait is not in it.
final class CallMeter: Sendable {
    /// What is known by now.
    struct Reading: Sendable {
        /// How often calls ended in each way, in the order of the ways.
        fileprivate(set) var endings = [Int](repeating: 0, count: CallResult.allCases.count)
        /// How long calls took that succeeded.
        var times = LatencyHistogram()
        /// How long all calls took together.
        var busy = Duration.zero
        /// How many are being made.
        var inFlight = 0

        /// How often calls ended in each way.
        var results: [CallResult: Int] {
            Dictionary(uniqueKeysWithValues: CallResult.allCases.map { ($0, endings[$0.place]) })
        }

        /// How many calls have ended.
        var ended: Int { endings.reduce(0, +) }
    }

    private let state = Locked(Reading())

    init() {}

    /// What is known by now.
    var reading: Reading { state.withLock { $0 } }

    /// Makes a call.
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
