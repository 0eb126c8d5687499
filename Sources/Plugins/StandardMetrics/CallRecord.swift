internal import PluginKit

/// What is known of the calls of one kind that one stage has made.
struct CallRecord: Sendable {
    /// How a call ended.
    enum Ending: String, Sendable, CaseIterable {
        case success
        /// It may succeed if it is tried again.
        case transient
        /// Something in the batch cannot be taken.
        case refused
        /// Somebody called it off.
        case cancelled
        /// Anything else.
        case permanent

        /// How a call ended that threw.
        init(_ error: any Error) {
            switch error {
            case StageFailure.transient: self = .transient
            case StageFailure.refused: self = .refused
            case is CancellationError: self = .cancelled
            default: self = .permanent
            }
        }
    }

    let stage: String
    let kind: CallKind
    /// How often calls ended in each way.
    private(set) var endings: [Ending: Int] = [:]
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

    /// How many calls have ended.
    var calls: Int { endings.values.reduce(0, +) }

    mutating func begin() {
        inFlight += 1
        mostInFlight = max(mostInFlight, inFlight)
    }

    mutating func end(_ ending: Ending, after time: Duration) {
        inFlight -= 1
        endings[ending, default: 0] += 1
        if ending == .success { latency.add(time) }
    }
}
