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
        let wakes: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Duration
        var asleep: [Int: Sleeper] = [:]
        /// Sleepers that were cancelled before they slept.
        var cancelled: Set<Int> = []
        var next = 0
        /// Tests that wait for this many sleepers.
        var watchers: [(count: Int, wakes: CheckedContinuation<Void, Never>)] = []
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
            let due = state.asleep.filter { $0.value.deadline <= state.now }
            for number in due.keys { state.asleep[number] = nil }
            return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map(\.value.wakes)
        }
        for sleeper in due { sleeper.resume() }
    }

    /// Waits until at least this many are asleep.
    public func sleepers(atLeast count: Int) async {
        await withCheckedContinuation { wakes in
            let isReached = state.withLock { state in
                if state.asleep.count >= count { return true }
                state.watchers.append((count, wakes))
                return false
            }
            if isReached { wakes.resume() }
        }
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
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        // A cancellation may come before the sleep, and after the clock has woken the sleeper.
        defer { state.withLock { _ = $0.cancelled.remove(number) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wakes in
                lieDown(number, sleeper: Sleeper(deadline: deadline, wakes: wakes))
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                if let sleeper = state.asleep.removeValue(forKey: number) { return sleeper as Sleeper? }
                state.cancelled.insert(number)
                return nil
            }
            sleeper?.wakes.resume(throwing: CancellationError())
        }
    }

    private func lieDown(_ number: Int, sleeper: Sleeper) {
        enum Answer { case isDue, isCancelled, sleeps([CheckedContinuation<Void, Never>]) }
        let answer = state.withLock { state -> Answer in
            if state.cancelled.contains(number) { return .isCancelled }
            if sleeper.deadline <= state.now { return .isDue }
            state.asleep[number] = sleeper
            let count = state.asleep.count
            let satisfied = state.watchers.filter { $0.count <= count }.map(\.wakes)
            state.watchers.removeAll { $0.count <= count }
            return .sleeps(satisfied)
        }
        switch answer {
        case .isDue: sleeper.wakes.resume()
        case .isCancelled: sleeper.wakes.resume(throwing: CancellationError())
        case .sleeps(let watchers): for watcher in watchers { watcher.resume() }
        }
    }
}
