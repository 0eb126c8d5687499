internal import PluginKit

/// What is known of the calls of one kind that one stage has made.
struct CallRecord: Sendable {
    let kind: CallKind
    /// How often calls ended in each way, in the order of the ways: a dictionary would take half of a call's time.
    private var counts = [Int](repeating: 0, count: CallResult.allCases.count)
    /// How long calls took that succeeded.
    private(set) var latency = LatencyHistogram()
    /// How many calls are being made.
    private(set) var inFlight = 0
    /// The most at the same time.
    private(set) var mostInFlight = 0

    init(kind: CallKind) { self.kind = kind }

    /// How often calls ended in each way.
    var endings: [CallResult: Int] { Dictionary(uniqueKeysWithValues: zip(CallResult.allCases, counts)) }

    /// How many calls have ended.
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
    ///   - result: How it ended.
    ///   - nanoseconds: How long it took.
    mutating func end(_ result: CallResult, after nanoseconds: Int64) {
        inFlight -= 1
        counts[result.place] += 1
        if result == .success { latency.add(nanoseconds: nanoseconds) }
    }
}
