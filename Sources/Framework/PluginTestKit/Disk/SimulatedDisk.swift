public import Diagnostics
public import PluginKit

/// A disk that loses power when a script says so, and what was not synced with it.
///
/// It is a fault point: the files themselves lie on the real file system. It counts the durable steps, lets them fail
/// or stops there, and remembers what no sync has brought to the disk. `losePower` then makes the files look as they may
/// look after a power cut.
///
///     let disk = try SimulatedDisk(script: [7: .stop])
///     try? await Faults.$current.withValue(disk) { try await run() }
///     try disk.losePower(seed: 1)
///     disk.restart()
///
/// What SQLite writes it syncs itself, and no step tells of it: files whose names begin with `state.db` are left alone.
public final class SimulatedDisk: FaultPoint {
    /// What happens at a step.
    public enum Event: Sendable {
        /// The step fails with this, before or after it was made, and life goes on.
        case fail(Diagnostic)
        /// The power is cut: this step and all later ones throw `PowerCut`.
        case stop
        /// A part of a write is made, then the power is cut; at any other step it is cut as with `stop`.
        case tear
    }

    private struct State {
        var script: [Int: Event]
        var steps: [DurableStep] = []
        var isCut = false
        /// The write that a part of is made.
        var torn: DurableStep?
        var changes: UnsyncedChanges
    }

    private let state: Locked<State>

    /// A disk on which everything that is there is synced.
    ///
    /// - Parameter script: What happens at which step, counted from 0; both moments of a step count.
    /// - Throws: `file.write` if there is no room for what renames replace.
    public init(script: [Int: Event] = [:]) throws {
        state = Locked(State(script: script, changes: UnsyncedChanges(vault: try TemporaryFolder(.inMemory))))
    }

    /// All steps since the last start, in their order, both moments of each.
    ///
    /// The last one is the one at which the power was cut.
    public var steps: [DurableStep] { state.withLock { $0.steps } }

    /// Whether the power was cut since the last start.
    public var isCut: Bool { state.withLock { $0.isCut } }

    /// Starts anew: the power is back, and steps are counted from 0.
    ///
    /// What is not synced is still not synced, as after the death of a process.
    ///
    /// - Parameter script: What happens at which step.
    public func restart(script: [Int: Event] = [:]) {
        state.withLock { state in
            state.script = script
            state.steps = []
            state.isCut = false
            state.torn = nil
        }
    }

    /// Makes the files look as they may look after a power cut, now.
    ///
    /// By a choice for each: names that were not synced with their folder (new, changed or removed) are as they are now
    /// or as they were; bytes that were not synced are there, or stop somewhere, or have a hole of zeros, or are as they
    /// were at the last sync. Whatever is left is synced from then on. The same seed chooses the same.
    ///
    /// - Parameter seed: What the choices are drawn from.
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

    /// Notes a step, and does what the script says.
    public func reach(_ step: DurableStep) throws {
        try state.withLock { state in
            guard !state.isCut else { throw PowerCut() }
            let event = state.script[state.steps.count]
            state.steps.append(step)
            try Faults.$current.withValue(nil) { try state.changes.note(step) }
            switch event {
            case .fail(let diagnostic):
                if step.moment == .before { state.changes.forget(step) }
                throw diagnostic
            case .tear where step.act == .write && step.moment == .before: state.torn = step
            case .stop, .tear:
                state.isCut = true
                throw PowerCut()
            case nil: break
            }
        }
    }

    /// Notes a write, and lets all of it or a part happen.
    public func allowance(for step: DurableStep, writing range: Range<Int>) throws -> Int {
        try state.withLock { state in
            guard !state.isCut else { throw PowerCut() }
            try Faults.$current.withValue(nil) { try state.changes.noteWrite(to: step.subject, at: range.lowerBound) }
            guard state.torn == step else { return range.count }
            state.isCut = true
            // The same step is torn at the same place, and steps at different ones.
            var numbers = SeededNumbers(seed: UInt64(state.steps.count))
            return numbers.next(in: 1...max(1, range.count - 1))
        }
    }
}
