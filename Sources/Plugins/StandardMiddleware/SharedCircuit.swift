package import PluginKit

/// A circuit that several stages share, with those who wait for it.
package final class SharedCircuit: Sendable {
    /// What there is to say to a call that comes.
    package enum Answer: Sendable {
        /// It is made.
        case goes(Circuit.Passage)
        /// It is not made for so long.
        case isOpen(Duration)
    }

    private typealias Waiter = CheckedContinuation<Void, Never>

    private struct State {
        var circuit: Circuit
        /// Those who wait for the one call that is let through, by number.
        var waiting: [Int: Waiter] = [:]
        /// Those that were cancelled before they waited.
        var cancelled: Set<Int> = []
        var next = 0
        var opened = 0
        var refused = 0
        var heldBack = 0
        var waited = Duration.zero
    }

    private let state: Locked<State>
    private let time: any TimeSource
    private let pause: Duration

    /// A circuit for all who ask.
    ///
    /// - Parameters:
    ///   - circuit: What it knows.
    ///   - time: The clock.
    package init(_ circuit: Circuit, time: any TimeSource) {
        pause = circuit.length
        state = Locked(State(circuit: circuit))
        self.time = time
    }

    /// How long calls have waited together.
    var waited: Duration { state.withLock { $0.waited } }

    /// What there is to tell of it.
    package var figures: [Figure] {
        state.withLock { state in
            [
                Figure("opened", value: Double(state.opened), metric: .breakerOpened, isShared: true),
                Figure("failed at once", value: Double(state.refused), metric: .breakerRefused, isShared: true),
                Figure("held back", value: Double(state.heldBack), metric: .breakerHeldBack, isShared: true),
                Figure("time waited", value: state.waited.seconds, unit: "s", metric: .breakerWait, isShared: true),
            ]
        }
    }

    /// Asks for a call to be let through.
    ///
    /// - Parameter waits: Whether it waits until it is.
    /// - Returns: The passage; or, if it does not wait, how long it would.
    /// - Throws: `CancellationError` if the task is cancelled meanwhile.
    package func pass(waits: Bool) async throws -> Answer {
        let arrival = time.now
        var isHeldBack = false
        // Also where the caller is stopped meanwhile.
        defer {
            if isHeldBack {
                let waited = time.now - arrival
                state.withLock { $0.waited += waited }
            }
        }
        func holdBack() {
            if !isHeldBack { state.withLock { $0.heldBack += 1 } }
            isHeldBack = true
        }
        while true {
            let now = time.now
            switch state.withLock({ $0.circuit.pass(now: now) }) {
            case .goes(let passage):
                return .goes(passage)
            case .waits(let moment):
                if !waits { return refuse(moment - now) }
                holdBack()
                try await time.sleep(until: moment)
            case .waitsForTrial:
                // If the trial fails, this is how long it takes.
                if !waits { return refuse(pause) }
                holdBack()
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
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        // A cancellation may come before the wait, and after the trial has ended.
        defer { state.withLock { _ = $0.cancelled.remove(number) } }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let now = time.now
                let waits = state.withLock { state in
                    var circuit = state.circuit
                    guard !state.cancelled.contains(number), circuit.pass(now: now) == .waitsForTrial else {
                        return false
                    }
                    state.waiting[number] = waiter
                    return true
                }
                if !waits { waiter.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                if let waiter = state.waiting.removeValue(forKey: number) { return waiter }
                state.cancelled.insert(number)
                return nil
            }
            waiter?.resume()
        }
    }

    /// Notes what a call says that was let through.
    ///
    /// - Returns: Whether the circuit has opened.
    @discardableResult
    package func end(_ passage: Circuit.Passage, sign: Circuit.Sign) -> Bool {
        let (waiters, hasOpened) = state.withLock { state -> ([Waiter], Bool) in
            guard state.circuit.end(passage, sign: sign, now: time.now) else { return ([], false) }
            let hasOpened = state.circuit.isOpen && sign == .fails
            if hasOpened { state.opened += 1 }
            let waiters = state.waiting.sorted { $0.key < $1.key }.map(\.value)
            state.waiting = [:]
            return (waiters, hasOpened)
        }
        for waiter in waiters { waiter.resume() }
        return hasOpened
    }
}
