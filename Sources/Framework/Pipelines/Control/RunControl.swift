internal import PluginKit

/// Lets somebody outside stop a run.
///
/// A run that is stopped reads no more, brings what it has read to the sinks, stores a checkpoint, and can be resumed.
public final class RunControl: Sendable {
    /// Why a run is to stop.
    package enum Reason: Sendable {
        /// Somebody asked.
        case asked
        /// Its time is up.
        case timeLimit(Duration)
    }

    /// What stops the work that the current task does; nil if nothing does.
    @TaskLocal public static var current: RunControl?

    private let state = Locked(State())
    /// What this one is stopped with, and which of its parts it is.
    private let whole: (control: RunControl, part: Int)?

    /// How far a run is, for what ends the program when a stopped run does not end by itself.
    public enum Phase: Sendable {
        /// It has not begun: nothing has been read that could be lost.
        case preparing
        /// It reads, or brings what it has read to the sinks, which `stop_within` bounds.
        case working
        /// What it has read is safe; what it waits for has been called off.
        case settled
        /// It has ended, and reports how.
        case ending
    }

    private struct State {
        var reason: Reason?
        var phase = Phase.preparing
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var parts: [Int: Part] = [:]
        var nextNumber = 0
    }

    private struct Part {
        weak var control: RunControl?
    }

    /// A run that is not stopped yet.
    public init() { whole = nil }

    /// A part of something that can be stopped as a whole, such as a run of a job: it is stopped with it, or by itself.
    ///
    /// - Parameter whole: What it is a part of.
    public init(within whole: RunControl) {
        let number = whole.state.withLock { state in
            defer { state.nextNumber += 1 }
            return state.nextNumber
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

    /// Whether somebody asked, or its time was up.
    public var isStopped: Bool { reason != nil }

    /// How far the run is.
    public var phase: Phase { state.withLock { $0.phase } }

    /// Notes how far the run is.
    public func enter(_ phase: Phase) { state.withLock { $0.phase = phase } }

    /// Does something for a run, and cancels it as soon as the run is stopped.
    ///
    /// - Returns: What `body` returns; also that of one that was done although the run was stopped meanwhile.
    /// - Throws: What `body` throws; `CancellationError` without beginning if the run is stopped already.
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
                // What it says of having been cancelled is of no interest.
            }
            throw CancellationError()
        }
    }

    /// Whether somebody asked.
    package var isAskedToStop: Bool { if case .asked = reason { true } else { false } }

    /// Why it is to stop; nil if it is not.
    package var reason: Reason? { state.withLock { $0.reason } }

    package func stop(_ reason: Reason) {
        let (waiters, parts) = state.withLock { state in
            if state.reason == nil { state.reason = reason }
            defer { state.waiters = [:] }
            return (Array(state.waiters.values), state.parts.values.compactMap(\.control))
        }
        for waiter in waiters { waiter.resume() }
        for part in parts { part.stop(reason) }
    }

    /// Waits until somebody stops the run, or nobody wants to know any more.
    package func stopped() async {
        let number = state.withLock { state in
            defer { state.nextNumber += 1 }
            return state.nextNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.reason != nil || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }
}
