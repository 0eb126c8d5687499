internal import PluginKit

/// Metrics of the calls of one kind by one stage.
struct CallRecord: Sendable {
    let kind: CallKind
    /// The number of calls per result, in the order of the results: a dictionary would take half of a call's time.
    private var counts = [Int](repeating: 0, count: CallResult.allCases.count)
    /// The durations of successful calls.
    private(set) var latency = LatencyHistogram()
    /// The number of calls in progress.
    private(set) var inFlight = 0
    /// The most calls in progress at the same time.
    private(set) var mostInFlight = 0

    init(kind: CallKind) { self.kind = kind }

    /// The number of calls per result.
    var endings: [CallResult: Int] { Dictionary(uniqueKeysWithValues: zip(CallResult.allCases, counts)) }

    /// The number of finished calls.
    var calls: Int { counts.reduce(0, +) }

    /// Whether no call was made.
    var isEmpty: Bool { mostInFlight == 0 }

    mutating func begin() {
        inFlight += 1
        mostInFlight = max(mostInFlight, inFlight)
    }

    /// Notes that a call has ended.
    ///
    /// - Parameters:
    ///   - result: The result of the call.
    ///   - nanoseconds: The duration of the call.
    mutating func end(_ result: CallResult, after nanoseconds: Int64) {
        inFlight -= 1
        counts[result.place] += 1
        if result == .success { latency.add(nanoseconds: nanoseconds) }
    }
}
