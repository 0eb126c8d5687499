/// Whether calls are made: what a breaker knows, without clock and lock.
///
///     closed ── so many failures in a row ──→ open ── the pause is over ──→ one call is let through
///        ↑                                      ↑                                │
///        │                                      └──────────── it fails ──────────┤
///        └──────────────────────────────────── it has an answer ─────────────────┘
package struct Circuit: Sendable {
    /// A call that is let through.
    package struct Passage: Sendable, Hashable {
        /// In which of the circuit's states, counted from the beginning.
        let period: Int
    }

    /// What there is to say to a call that comes.
    package enum Answer: Sendable, Hashable {
        /// It is made.
        case goes(Passage)
        /// It is not made before this moment.
        case waits(until: Duration)
        /// It is not made before another call has ended.
        case waitsForTrial
    }

    /// What a call says of the other side.
    package enum Sign: Sendable {
        /// It is there.
        case answers
        /// It cannot do it now.
        case fails
        /// Nothing.
        case isUnknown
    }

    private enum State {
        case closed(failures: Int)
        case open(until: Duration)
        case trial
    }

    private let failures: Int
    private let pause: Duration
    private var state = State.closed(failures: 0)
    /// What a call says counts only if it began in the state that still holds.
    private var period = 0

    /// A circuit that is closed.
    ///
    /// - Parameters:
    ///   - failures: After how many in a row it opens.
    ///   - pause: How long it stays open.
    package init(failures: Int, pause: Duration) {
        self.failures = failures
        self.pause = pause
    }

    /// Asks for a call to be let through.
    ///
    /// - Parameter now: When it is; asked for only if it matters.
    /// - Returns: Whether it is made.
    package mutating func pass(now: @autoclosure () -> Duration) -> Answer {
        switch state {
        case .closed: break
        case .trial: return .waitsForTrial
        case .open(let moment):
            let now = now()
            guard moment <= now else { return .waits(until: moment) }
            change(to: .trial)
        }
        return .goes(Passage(period: period))
    }

    /// Notes what a call says that was let through.
    ///
    /// - Parameters:
    ///   - passage: What let it through.
    ///   - sign: What it says.
    ///   - now: When it is; asked for only if it matters.
    /// - Returns: Whether the circuit is another than before.
    package mutating func end(_ passage: Passage, sign: Sign, now: @autoclosure () -> Duration) -> Bool {
        guard passage.period == period else { return false }
        switch (state, sign) {
        case (.closed, .answers): state = .closed(failures: 0)
        case (.closed(let before), .fails):
            guard before + 1 >= failures else {
                state = .closed(failures: before + 1)
                return false
            }
            change(to: .open(until: now() + pause))
            return true
        case (.trial, .answers):
            change(to: .closed(failures: 0))
            return true
        case (.trial, .fails):
            change(to: .open(until: now() + pause))
            return true
        case (.trial, .isUnknown):
            // The next one may try.
            change(to: .open(until: now()))
            return true
        case (.closed, .isUnknown), (.open, _): break
        }
        return false
    }

    private mutating func change(to state: State) {
        self.state = state
        period += 1
    }

    /// Whether it is open.
    package var isOpen: Bool { if case .open = state { true } else { false } }

    /// How long the pause lasts.
    package var length: Duration { pause }
}
