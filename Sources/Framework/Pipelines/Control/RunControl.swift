internal import PluginKit

/// Stops a run from outside.
///
/// A run that is stopped stops reading, delivers what it has read to the sinks, stores a checkpoint, and can be
/// resumed.
public final class RunControl: Sendable {
    /// Why a run stops.
    package enum Reason: Sendable {
        /// `stop()` was called.
        case asked
        /// The run has reached its timeout.
        case timeLimit(Duration)
    }

    /// The control that stops the work of the current task; nil if there is none.
    @TaskLocal public static var current: RunControl?

    private let state = Locked(State())
    /// The control that this one is part of, and the index of this part.
    private let whole: (control: RunControl, part: Int)?

    /// The phase of a run, for code that ends the program when a stopped run does not end by itself.
    public enum Phase: Sendable {
        /// It has not started: nothing has been read that could be lost.
        case preparing
        /// It reads, or delivers what it has read to the sinks, which `stop_within` limits.
        case working
        /// What it has read is safe; the calls that it waits for have been cancelled.
        case settled
        /// It has ended, and reports the outcome.
        case ending
    }

    private struct State {
        var reason: Reason?
        var phase = Phase.preparing
        var waiters = Waiters<Void, Never>()
        var parts: [Int: Part] = [:]
        var nextPart = 0
    }

    private struct Part {
        weak var control: RunControl?
    }

    /// Creates a control for a run that is not stopped yet.
    public init() { whole = nil }

    /// Creates a control for a part of a larger unit, such as a run of a job: it is stopped with the whole or by
    /// itself.
    ///
    /// - Parameter whole: The control of the larger unit.
    public init(within whole: RunControl) {
        let number = whole.state.withLock { state in
            defer { state.nextPart += 1 }
            return state.nextPart
        }
        self.whole = (whole, number)
        let isStopped = whole.state.withLock { state in
            state.parts[number] = Part(control: self)
            return state.reason != nil
        }
        if isStopped { stop() }
    }

    deinit {
        if let whole { whole.control.state.withLock { $0.parts[whole.part] = nil } }
    }

    /// Asks the run to stop.
    public func stop() { stop(.asked) }

    /// Whether `stop()` was called or the timeout was reached.
    public var isStopped: Bool { reason != nil }

    /// The phase of the run.
    public var phase: Phase { state.withLock { $0.phase } }

    /// Sets the phase of the run.
    public func enter(_ phase: Phase) { state.withLock { $0.phase = phase } }

    /// Runs `body` for a run, and cancels it as soon as the run is stopped.
    ///
    /// - Returns: What `body` returns, even if the run was stopped in the meantime.
    /// - Throws: What `body` throws; `CancellationError`, without calling it, if the run is already stopped.
    public func unlessStopped<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        if isStopped { throw CancellationError() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                await self.stopped()
                return nil
            }
            defer { group.cancelAll() }
            do {
                while let value = try await group.next() {
                    if let value { return value }
                    group.cancelAll()
                }
            } catch  where isStopped {
                // The result of a cancelled call is not needed.
            }
            throw CancellationError()
        }
    }

    /// Whether `stop()` was called.
    package var isAskedToStop: Bool { if case .asked = reason { true } else { false } }

    /// The reason to stop; nil if the run is not stopped.
    ///
    /// A part is stopped as soon as the whole is: a pause that ended with the whole must find the part stopped.
    package var reason: Reason? { state.withLock { $0.reason } ?? whole?.control.reason }

    package func stop(_ reason: Reason) {
        let (waiters, parts) = state.withLock { state in
            if state.reason == nil { state.reason = reason }
            return (state.waiters.takeAll(), state.parts.values.compactMap(\.control))
        }
        for waiter in waiters { waiter.resume() }
        for part in parts { part.stop(reason) }
    }

    /// Waits until the run is stopped, or the waiting task is cancelled.
    package func stopped() async {
        let waiter = state.withLock { state in state.reason == nil ? state.waiters.add() : nil }
        await waiter?.value { waiter in
            state.withLock { _ = $0.waiters.remove(waiter) }
            waiter.resume()
        }
    }
}
