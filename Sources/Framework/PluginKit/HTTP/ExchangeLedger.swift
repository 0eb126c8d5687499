/// Counts of an HTTP client's work.
package struct ExchangeCounts: Sendable, Hashable {
    /// Requests sent, retries included.
    package var requests = 0
    /// Requests sent because an earlier one had failed.
    package var repeats = 0
    /// Responses received, whatever their status.
    package var answers = 0
    /// Total size of response bodies in bytes, decompressed.
    package var bytes = 0
    /// How many requests ended in each way; a response that the stage cannot use counts as a failure.
    package var results: [CallResult: Int] = [:]
    /// How long successful requests took, without the delays that layers added.
    package var times = LatencyHistogram()
    /// Total time of requests, without the delays that layers added.
    package var busy = Duration.zero
    /// Total time that the stage waited for its exchanges, including what layers did.
    package var waited = Duration.zero
    /// Total time that the service's own request limit, enforced by the stage, delayed requests; part of `waited`.
    package var limited = Duration.zero
    /// The name of that limit; nil if no limit has delayed a request.
    package var limit: String?
    /// Requests under way.
    package var inFlight = 0
}

/// Counts what an HTTP client does.
final class ExchangeLedger: Sendable {
    /// One exchange with all its attempts.
    final class Exchange: Sendable {
        /// How many requests it has sent.
        fileprivate let sent = Locked(0)
    }

    /// One attempt of an exchange.
    final class Attempt: Sendable {
        fileprivate let exchange: Exchange
        /// How long its requests took; nil if it sent none.
        fileprivate let length = Locked<Duration?>(nil)
        /// How long a limit delayed its requests, and which limit.
        fileprivate let limited = Locked<(length: Duration, limit: String?)>((.zero, nil))

        init(_ exchange: Exchange) { self.exchange = exchange }
    }

    /// The attempt to which requests of this task belong.
    @TaskLocal static var attempt: Attempt?

    private let state = Locked(ExchangeCounts())

    var counts: ExchangeCounts { state.withLock { $0 } }

    /// Counts the start of a request.
    func begin(_ attempt: Attempt) {
        attempt.length.withLock { $0 = $0 ?? .zero }
        let number = attempt.exchange.sent.withLock { sent in
            sent += 1
            return sent
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

    /// Counts the end of a request, whatever its result.
    func end(_ attempt: Attempt, after length: Duration) {
        attempt.length.withLock { $0 = ($0 ?? .zero) + length }
        state.withLock { counts in
            counts.inFlight -= 1
            counts.busy += length
        }
    }

    /// Records the result of an attempt, unless it sent nothing.
    func conclude(_ attempt: Attempt, with result: CallResult) {
        let limited = attempt.limited.withLock { $0 }
        if let limit = limited.limit {
            state.withLock { counts in
                counts.limited += limited.length
                counts.limit = limit
            }
        }
        guard let length = attempt.length.withLock({ $0 }) else { return }
        state.withLock { counts in
            counts.results[result, default: 0] += 1
            if result == .success { counts.times.add(length) }
        }
    }

    /// Records that a limit delayed the requests of the current attempt.
    static func noteDelay(_ length: Duration, by limit: String) {
        attempt?.limited.withLock { $0 = ($0.length + length, limit) }
    }

    func wait(_ length: Duration) { state.withLock { $0.waited += length } }
}
