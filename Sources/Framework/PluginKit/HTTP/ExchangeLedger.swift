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
            if number > 1 { counts.repeats += 1 }
        }
    }

    func end(_ response: HTTPResponse) {
        state.withLock { counts in
            counts.answers += 1
            counts.bytes += response.body.count
        }
    }
}
