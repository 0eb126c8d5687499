/// What a client has done.
public struct ExchangeCounts: Sendable, Hashable {
    /// Requests that were sent, repeated ones included.
    public var requests = 0
    /// Requests that were sent because one before had failed.
    public var repeats = 0
    /// Answers that came, whatever their status.
    public var answers = 0
    /// How many bytes their bodies had, unpacked.
    public var bytes = 0
    /// How often requests ended in each way, what was made of their answers included.
    public var results: [CallResult: Int] = [:]
    /// How long requests took that succeeded, without what layers had them wait.
    public var times = LatencyHistogram()
    /// How long requests took together, without what layers had them wait.
    public var busy = Duration.zero
    /// How long the stage waited for its exchanges together, with all that layers did.
    public var waited = Duration.zero
    /// How many requests are being made.
    public var inFlight = 0
}

/// Counts what a client does.
final class ExchangeLedger: Sendable {
    /// The attempts at one exchange.
    final class Attempts: Sendable {
        fileprivate let count = Guarded(0)
    }

    private let state = Guarded(ExchangeCounts())

    var counts: ExchangeCounts { state.withLock { $0 } }

    func begin(_ attempts: Attempts) {
        let number = attempts.count.withLock { count in
            count += 1
            return count
        }
        state.withLock { counts in
            counts.requests += 1
            counts.inFlight += 1
            if number > 1 { counts.repeats += 1 }
        }
    }

    func note(_ response: HTTPResponse) {
        state.withLock { counts in
            counts.answers += 1
            counts.bytes += response.body.count
        }
    }

    func end(_ result: CallResult, after length: Duration) {
        state.withLock { counts in
            counts.inFlight -= 1
            counts.results[result, default: 0] += 1
            counts.busy += length
            if result == .success { counts.times.add(length) }
        }
    }

    func wait(_ length: Duration) { state.withLock { $0.waited += length } }
}
