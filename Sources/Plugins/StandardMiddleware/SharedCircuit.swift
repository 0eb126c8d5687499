package import PluginKit

/// A circuit that several stages share, and the calls that wait for it.
package final class SharedCircuit: Sendable {
    /// The answer to a call that asks to pass.
    package enum Answer: Sendable {
        /// The call is made.
        case goes(Circuit.Passage)
        /// The call is not made for this time.
        case isOpen(Duration)
    }

    private struct State {
        var circuit: Circuit
        /// Those who wait for the one call that is let through.
        var waiting = Waiters<Void, Never>()
        var opened = 0
        var refused = 0
        var delayed = 0
        var waited = Duration.zero
    }

    private let state: Locked<State>
    private let time: any TimeSource
    private let pause: Duration

    /// Creates a shared circuit.
    ///
    /// - Parameters:
    ///   - circuit: The circuit.
    ///   - time: The clock.
    package init(_ circuit: Circuit, time: any TimeSource) {
        pause = circuit.length
        state = Locked(State(circuit: circuit))
        self.time = time
    }

    /// The total time that calls have waited.
    var waited: Duration { state.withLock { $0.waited } }

    /// The metrics for the report.
    package var measurements: [Measurement] {
        state.withLock { state in
            [
                Measurement("opened", value: Double(state.opened), metric: .breakerOpened, isShared: true),
                Measurement(
                    "failed immediately",
                    value: Double(state.refused),
                    metric: .breakerRefused,
                    isShared: true
                ),
                Measurement("delayed", value: Double(state.delayed), metric: .breakerDelayed, isShared: true),
                Measurement(
                    "time waited",
                    value: state.waited.seconds,
                    unit: "s",
                    metric: .breakerWait,
                    isShared: true
                ),
            ]
        }
    }

    /// Asks to let a call through.
    ///
    /// - Parameter waits: Whether to wait until the call may be made.
    /// - Returns: The passage; or, if it does not wait, how long it would have to.
    /// - Throws: `CancellationError` if the task is cancelled while it waits.
    package func pass(waits: Bool) async throws -> Answer {
        let arrival = time.now
        var isDelayed = false
        // Also if the caller is cancelled.
        defer {
            if isDelayed {
                let waited = time.now - arrival
                state.withLock { $0.waited += waited }
            }
        }
        func noteDelay() {
            if !isDelayed { state.withLock { $0.delayed += 1 } }
            isDelayed = true
        }
        while true {
            let now = time.now
            switch state.withLock({ $0.circuit.pass(now: now) }) {
            case .goes(let passage):
                return .goes(passage)
            case .waits(let moment):
                if !waits { return refuse(moment - now) }
                noteDelay()
                try await time.sleep(until: moment)
            case .waitsForTrial:
                // If the trial fails, the circuit stays open for this time.
                if !waits { return refuse(pause) }
                noteDelay()
                await waitForTrial()
                try Task.checkCancellation()
            }
        }
    }

    private func refuse(_ left: Duration) -> Answer {
        state.withLock { $0.refused += 1 }
        return .isOpen(left)
    }

    private func waitForTrial() async {
        let now = time.now
        let waiter = state.withLock { state in
            // Of a copy: to be let through takes the passage, and this call asks for it again.
            var circuit = state.circuit
            return circuit.pass(now: now) == .waitsForTrial ? state.waiting.add() : nil
        }
        await waiter?.value { waiter in
            state.withLock { _ = $0.waiting.remove(waiter) }
            waiter.resume()
        }
    }

    /// Notes the result of a call that was let through.
    ///
    /// - Returns: Whether the circuit has opened.
    @discardableResult
    package func end(_ passage: Circuit.Passage, sign: Circuit.Sign) -> Bool {
        let (waiters, hasOpened) = state.withLock { state -> ([Waiter<Void, Never>], Bool) in
            guard state.circuit.end(passage, sign: sign, now: time.now) else { return ([], false) }
            let hasOpened = state.circuit.isOpen && sign == .fails
            if hasOpened { state.opened += 1 }
            return (state.waiting.takeAll(), hasOpened)
        }
        for waiter in waiters { waiter.resume() }
        return hasOpened
    }
}
