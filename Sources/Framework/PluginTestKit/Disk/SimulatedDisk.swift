public import Diagnostics
public import PluginKit

/// A disk that loses power at the steps of a script, and with it everything that was not synced.
///
/// It is a fault point: the files themselves are on the real file system. It counts the durable steps, makes them fail
/// or stops there, and records what has not been synced. `losePower` then changes the files to what they may contain
/// after a power cut.
///
///     let disk = try SimulatedDisk(script: [7: .stop])
///     try? await Faults.$current.withValue(disk) { try await run() }
///     try disk.losePower(seed: 1)
///     disk.restart()
///
/// SQLite syncs its own writes, without a durable step: files whose names start with `state.db` are left alone.
public final class SimulatedDisk: FaultPoint {
    /// What happens at a step.
    public enum Event: Sendable {
        /// The step fails with this error, before or after it was made, and the run continues.
        case fail(Diagnostic)
        /// The power is cut: this step and all later ones throw `PowerCut`.
        case stop
        /// A part of a write is made, then the power is cut; at any other step, this is the same as `stop`.
        case tear
    }

    private struct State {
        var script: [Int: Event]
        var steps: [DurableStep] = []
        var isCut = false
        /// The write of which only a part is made.
        var torn: DurableStep?
        var changes: UnsyncedChanges
    }

    private let state: Locked<State>

    /// Creates a disk on which all existing files are synced.
    ///
    /// - Parameter script: The event at each step, counted from 0; before and after a step are counted separately.
    /// - Throws: `file.write` if there is no space for files that renames replace.
    public init(script: [Int: Event] = [:]) throws {
        state = Locked(State(script: script, changes: UnsyncedChanges(vault: try TemporaryFolder(.inMemory))))
    }

    /// All steps since the last start, in their order, before and after each.
    ///
    /// The last one is the one at which the power was cut.
    public var steps: [DurableStep] { state.withLock { $0.steps } }

    /// Whether the power was cut since the last start.
    public var isCut: Bool { state.withLock { $0.isCut } }

    /// Starts again: the power is back, and steps are counted from 0.
    ///
    /// What is not synced is still not synced, as after the death of a process.
    ///
    /// - Parameter script: The event at each step.
    public func restart(script: [Int: Event] = [:]) {
        state.withLock { state in
            state.script = script
            state.steps = []
            state.isCut = false
            state.torn = nil
        }
    }

    /// Changes the files to what they may contain after a power cut now.
    ///
    /// For each, a random choice: names that were not synced with their folder (new, changed or removed) are as they
    /// are now or as they were; bytes that were not synced are kept, are truncated, have a hole of zeros, or are as
    /// they were at the last sync. The result is then synced. The same seed makes the same choices.
    ///
    /// - Parameter seed: The seed of the choices.
    /// - Returns: What was lost, a line for each name or file, for the message of a test.
    /// - Throws: `file.read`, `file.write` and the like, with the path.
    @discardableResult
    public func losePower(seed: UInt64) throws -> [String] {
        try state.withLock { state in
            try Faults.$current.withValue(nil) {
                var numbers = SeededNumbers(seed: seed)
                return try state.changes.lose(&numbers)
            }
        }
    }

    /// Records a step, and applies the script.
    public func reach(_ step: DurableStep) throws {
        try state.withLock { state in
            guard !state.isCut else { throw PowerCut() }
            let event = state.script[state.steps.count]
            state.steps.append(step)
            try Faults.$current.withValue(nil) { try state.changes.note(step) }
            switch event {
            case .fail(let diagnostic):
                if step.side == .before { state.changes.discard(step) }
                throw diagnostic
            case .tear where step.act == .write && step.side == .before: state.torn = step
            case .stop, .tear:
                state.isCut = true
                throw PowerCut()
            case nil: break
            }
        }
    }

    /// Records a write, and permits all of it or a part.
    public func allowance(for step: DurableStep, writing range: Range<Int>) throws -> Int {
        try state.withLock { state in
            guard !state.isCut else { throw PowerCut() }
            try Faults.$current.withValue(nil) { try state.changes.noteWrite(to: step.subject, at: range.lowerBound) }
            guard state.torn == step else { return range.count }
            state.isCut = true
            // The same step is torn at the same position, and different steps at different ones.
            var numbers = SeededNumbers(seed: UInt64(state.steps.count))
            return numbers.next(in: 1...max(1, range.count - 1))
        }
    }
}
