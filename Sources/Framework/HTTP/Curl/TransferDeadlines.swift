internal import Platform

/// The timeouts of one transfer.
struct TransferDeadlines {
    private enum Phase { case connecting, waiting, receiving }

    private let limits: HTTPLimits
    private let start: Duration
    private var phase = Phase.connecting
    /// The time of the last activity.
    private var last: Duration

    init(_ limits: HTTPLimits, now: Duration) {
        self.limits = limits
        start = now
        last = now
    }

    /// The connection is open and the request is sent.
    mutating func sent(_ now: Duration) {
        guard phase == .connecting else { return }
        (phase, last) = (.waiting, now)
    }

    /// A part of the response has arrived.
    mutating func received(_ now: Duration) { (phase, last) = (.receiving, now) }

    /// The next deadline of the transfer.
    var next: Duration {
        let limit =
            switch phase {
            case .connecting: limits.connect
            case .waiting: limits.firstByte
            case .receiving: limits.idle
            }
        return min(last + limit, start + limits.whole)
    }

    /// Which timeout was exceeded, as text that fits after a colon.
    var words: String {
        if next == start + limits.whole { return "it was not complete after \(limits.whole.text)" }
        return switch phase {
        case .connecting: "there was no connection after \(limits.connect.text)"
        case .waiting: "no answer came for \(limits.firstByte.text)"
        case .receiving: "the answer stopped, and nothing more came for \(limits.idle.text)"
        }
    }
}
