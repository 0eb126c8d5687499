public import PluginKit

/// A clock that stands still until a test advances it.
///
/// By default, callers that wait on it never really sleep. With `.wait`, sleepers wait until the clock is advanced to
/// their deadline, or until they are cancelled.
///
///     let time = ManualTime(sleepers: .wait)
///     async let late = fetch(timeout: .seconds(5), time)
///     await time.sleepers(atLeast: 1)
///     time.advance(by: .seconds(5))
public final class ManualTime: TimeSource {
    /// What a sleep does.
    public enum Sleepers: Sendable, Hashable {
        /// It advances the clock to the deadline immediately: for tests in which only one task waits.
        case jump
        /// It waits until the clock is advanced.
        case wait
    }

    private struct Sleeper {
        let deadline: Duration
        let waiter = Waiter<Void, any Error>()
    }

    private struct State {
        var now: Duration
        /// Those who sleep, in the order in which they began to.
        var asleep: [Sleeper] = []
        /// Tests that wait until `count` sleep.
        var watchers: [(count: Int, waiter: Waiter<Void, Never>)] = []
    }

    private let state: Locked<State>
    private let sleepers: Sleepers

    /// Creates a clock that shows `now`.
    ///
    /// - Parameters:
    ///   - now: The time that it shows.
    ///   - sleepers: What a sleep does.
    public init(_ now: Duration = .zero, sleepers: Sleepers = .jump) {
        state = Locked(State(now: now))
        self.sleepers = sleepers
    }

    /// The time that the clock shows.
    public var now: Duration { state.withLock { $0.now } }

    /// Advances the clock, and wakes the sleepers whose deadline has come: by deadline, then in the order in which they
    /// slept.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.asleep.enumerated().filter { $0.element.deadline <= state.now }
            state.asleep.removeAll { $0.deadline <= state.now }
            return due.sorted { ($0.element.deadline, $0.offset) < ($1.element.deadline, $1.offset) }
                .map(\.element.waiter)
        }
        for sleeper in due { sleeper.resume() }
    }

    /// Waits until at least this many are asleep.
    public func sleepers(atLeast count: Int) async {
        let waiter = state.withLock { state -> Waiter<Void, Never>? in
            if state.asleep.count >= count { return nil }
            let waiter = Waiter<Void, Never>()
            state.watchers.append((count, waiter))
            return waiter
        }
        await waiter?.value()
    }

    /// Sleeps until the clock shows `deadline`, in the way that was chosen when the clock was created.
    ///
    /// - Parameter deadline: When to wake.
    /// - Throws: `CancellationError` if the task is cancelled, before or meanwhile.
    public func sleep(until deadline: Duration) async throws {
        try Task.checkCancellation()
        switch sleepers {
        case .jump: state.withLock { $0.now = max($0.now, deadline) }
        case .wait: try await wait(until: deadline)
        }
    }

    private func wait(until deadline: Duration) async throws {
        let sleeper = Sleeper(deadline: deadline)
        let satisfied = state.withLock { state -> [Waiter<Void, Never>]? in
            if deadline <= state.now { return nil }
            state.asleep.append(sleeper)
            let count = state.asleep.count
            defer { state.watchers.removeAll { $0.count <= count } }
            return state.watchers.filter { $0.count <= count }.map(\.waiter)
        }
        guard let satisfied else { return }
        for watcher in satisfied { watcher.resume() }
        try await sleeper.waiter.value { waiter in
            let isAsleep = state.withLock { state in
                guard let place = state.asleep.firstIndex(where: { $0.waiter === waiter }) else { return false }
                state.asleep.remove(at: place)
                return true
            }
            if isAsleep { waiter.resume(throwing: CancellationError()) }
        }
    }
}
