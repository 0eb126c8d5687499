/// What a client has done.
package struct ExchangeCounts: Sendable, Hashable {
    /// Requests that were sent, repeated ones included.
    package var requests = 0
    /// Requests that were sent because one before had failed.
    package var repeats = 0
    /// Answers that came, whatever their status.
    package var answers = 0
    /// How many bytes their bodies had, unpacked.
    package var bytes = 0
    /// How often requests ended in each way, what was made of their answers included.
    package var results: [CallResult: Int] = [:]
    /// How long requests took that succeeded, without what layers had them wait.
    package var times = LatencyHistogram()
    /// How long requests took together, without what layers had them wait.
    package var busy = Duration.zero
    /// How long the stage waited for its exchanges together, with all that layers did.
    package var waited = Duration.zero
    /// How long requests were held back by the service's own limit, which the stage keeps to; part of `waited`.
    package var limited = Duration.zero
    /// What that limit is called; nil if none has held anything back.
    package var limit: String?
    /// How many requests are being made.
    package var inFlight = 0
}

/// Counts what a client does.
final class ExchangeLedger: Sendable {
    /// One exchange with all its attempts.
    final class Exchange: Sendable {
        /// How many requests were sent for it.
        fileprivate let sent = Locked(0)
    }

    /// One attempt at an exchange.
    final class Attempt: Sendable {
        fileprivate let exchange: Exchange
        /// How long its requests took; nil if none was sent.
        fileprivate let length = Locked<Duration?>(nil)
        /// How long its requests were held back, and by which limit.
        fileprivate let limited = Locked<(length: Duration, limit: String?)>((.zero, nil))

        init(_ exchange: Exchange) { self.exchange = exchange }
    }

    /// The attempt that a request is sent for.
    @TaskLocal static var attempt: Attempt?

    private let state = Locked(ExchangeCounts())

    var counts: ExchangeCounts { state.withLock { $0 } }

    /// Notes that a request leaves.
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

    /// Notes that a request is over, whatever came of it.
    func end(_ attempt: Attempt, after length: Duration) {
        attempt.length.withLock { $0 = ($0 ?? .zero) + length }
        state.withLock { counts in
            counts.inFlight -= 1
            counts.busy += length
        }
    }

    /// Notes what came of an attempt, unless nothing was sent.
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

    /// Notes that the requests of the attempt at hand were held back by a limit.
    static func holdBack(_ length: Duration, by limit: String) {
        attempt?.limited.withLock { $0 = ($0.length + length, limit) }
    }

    func wait(_ length: Duration) { state.withLock { $0.waited += length } }
}
