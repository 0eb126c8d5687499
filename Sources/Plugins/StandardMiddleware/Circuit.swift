/// The state of a breaker, without clock and lock.
///
///     closed ── `failures` in a row ──→ open ── the pause is over ──→ one trial call is made
///        ↑                               ↑                                     │
///        │                               └───────────── it fails ──────────────┤
///        └──────────────────────────── it is answered ─────────────────────────┘
package struct Circuit: Sendable {
    /// A call that was let through.
    package struct Passage: Sendable, Hashable {
        /// The state in which the call began, counted from the first.
        let period: Int
    }

    /// The answer to a call that asks to pass.
    package enum Answer: Sendable, Hashable {
        /// The call is made.
        case goes(Passage)
        /// The call is not made before this time.
        case waits(until: Duration)
        /// The call is not made before the trial call has ended.
        case waitsForTrial
    }

    /// What the result of a call shows about the service.
    package enum Sign: Sendable {
        /// It is available.
        case answers
        /// It fails transiently.
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
    /// The number of the state; a result counts only if its call began in the current state.
    private var period = 0

    /// Creates a closed circuit.
    ///
    /// - Parameters:
    ///   - failures: The number of failures in a row after which it opens.
    ///   - pause: How long it stays open.
    package init(failures: Int, pause: Duration) {
        self.failures = failures
        self.pause = pause
    }

    /// Asks to let a call through.
    ///
    /// - Parameter now: The current time; evaluated only if needed.
    /// - Returns: Whether the call is made.
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

    /// Notes the result of a call that was let through.
    ///
    /// - Parameters:
    ///   - passage: The passage of the call.
    ///   - sign: What the result shows.
    ///   - now: The current time; evaluated only if needed.
    /// - Returns: Whether the state has changed.
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
            // The next call becomes the trial.
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

    /// Whether the circuit is open.
    package var isOpen: Bool { if case .open = state { true } else { false } }

    /// How long the circuit stays open.
    package var length: Duration { pause }
}
