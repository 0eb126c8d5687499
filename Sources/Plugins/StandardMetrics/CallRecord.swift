internal import PluginKit

/// What is known of the calls of one kind that one stage has made.
struct CallRecord: Sendable {
    let stage: String
    let kind: CallKind
    /// How often calls ended in each way, in the order of the ways: a dictionary would take half of a call's time.
    private var counts = [Int](repeating: 0, count: CallResult.allCases.count)
    /// How long calls took that succeeded.
    private(set) var latency = LatencyHistogram()
    /// How many calls are being made.
    private(set) var inFlight = 0
    /// The most at the same time.
    private(set) var mostInFlight = 0

    init(stage: String, kind: CallKind) {
        self.stage = stage
        self.kind = kind
    }

    /// How often calls ended in each way; a way that none ended in is missing.
    var results: [CallResult: Int] {
        Dictionary(uniqueKeysWithValues: zip(CallResult.allCases, counts).filter { $0.1 > 0 })
    }

    /// How many calls have ended.
    var calls: Int { counts.reduce(0, +) }

    mutating func begin() {
        inFlight += 1
        mostInFlight = max(mostInFlight, inFlight)
    }

    mutating func end(_ result: CallResult, after time: Duration) {
        inFlight -= 1
        counts[result.place] += 1
        if result == .success { latency.add(time) }
    }
}

extension CallResult {
    /// Its place among all ways, counted from 0.
    fileprivate var place: Int {
        switch self {
        case .success: 0
        case .transient: 1
        case .refused: 2
        case .cancelled: 3
        case .permanent: 4
        }
    }
}
