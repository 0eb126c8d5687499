public import PluginKit

/// Disturbs a run at each of its durable steps, and verifies that it still has the same outcome.
///
///     let matrix = CrashMatrix(
///         prepare: { try $0.write(records, to: "input.json") },
///         run: { folder, _ in try await run(in: folder) },
///         outcome: { try FolderContents(of: $0) { $0.hasSuffix(".csv") } }
///     )
///     try await matrix.verify()
///
/// The run sees the simulated disk through `Faults.current`; it opens nothing before `run` and closes everything at its
/// end. The folders are in memory if possible, since a real sync takes milliseconds and proves nothing here.
public struct CrashMatrix<Outcome: Equatable & Sendable>: Sendable {
    private let prepare: @Sendable (TemporaryFolder) throws -> Void
    private let run: @Sendable (TemporaryFolder, SimulatedDisk) async throws -> Void
    private let outcome: @Sendable (TemporaryFolder) async throws -> Outcome

    /// Creates a matrix.
    ///
    /// - Parameters:
    ///   - prepare: Writes the input of the run; without fault points.
    ///   - run: Runs to the end, from the start or from where an earlier run was interrupted. It throws if it does not
    ///     complete.
    ///   - outcome: The result to compare, when a run has completed.
    public init(
        prepare: @escaping @Sendable (TemporaryFolder) throws -> Void = { _ in },
        run: @escaping @Sendable (TemporaryFolder, SimulatedDisk) async throws -> Void,
        outcome: @escaping @Sendable (TemporaryFolder) async throws -> Outcome
    ) {
        self.prepare = prepare
        self.run = run
        self.outcome = outcome
    }

    /// Runs without disturbance.
    ///
    /// - Returns: The durable steps, before and after each, and the outcome.
    /// - Throws: What the run throws.
    public func rehearse() async throws -> (steps: [DurableStep], outcome: Outcome) {
        let folder = try TemporaryFolder(.inMemory)
        try prepare(folder)
        let disk = try SimulatedDisk()
        try await start(in: folder, on: disk)
        return (disk.steps, try await outcome(folder))
    }

    /// Stops a run before and after each step, and within each write; resumes it until it completes; and compares the
    /// outcome with that of an undisturbed run.
    ///
    /// - Parameters:
    ///   - events: The events to try at each step; a tear only at writes.
    ///   - seeds: The seeds of the losses; each step is tried with each.
    ///   - cuts: The number of power cuts in a run. The second and later ones come at a step that the seed selects,
    ///     while the run is resumed.
    ///   - attempts: How often a run may be resumed without disturbance until it completes.
    ///   - isTried: Whether to disturb the run at this step.
    /// - Returns: The number of disturbed runs.
    /// - Throws: `CrashFailure` for the first one that has another outcome or does not complete; errors of an
    ///   undisturbed run.
    @discardableResult
    public func verify(
        _ events: [SimulatedDisk.Event] = [.stop, .tear],
        seeds: Range<UInt64> = 0..<1,
        cuts: Int = 1,
        attempts: Int = 3,
        where isTried: (DurableStep) -> Bool = { _ in true }
    ) async throws -> Int {
        let (steps, expected) = try await rehearse()
        var tried = 0
        for (number, step) in steps.enumerated() where isTried(step) {
            for event in events {
                if case .tear = event, step.act != .write || step.side != .before { continue }
                for seed in seeds {
                    let crash = Crash(number: number, step: step, event: event, seed: seed)
                    try await verify(crash, of: steps.count, expecting: expected, cuts: cuts, attempts: attempts)
                    tried += 1
                }
            }
        }
        return tried
    }

    /// Stops a run at each step, and the run that resumes it at every few steps of its own.
    ///
    /// - Parameters:
    ///   - stride: The distance between two steps of the second run.
    ///   - isTried: Whether to stop the first run at this step.
    /// - Returns: The number of disturbed runs; those that were stopped twice count once.
    /// - Throws: `CrashFailure` for the first one that has another outcome or does not complete; errors of an
    ///   undisturbed run.
    @discardableResult
    public func verifyTwice(every stride: Int, where isTried: (DurableStep) -> Bool = { _ in true }) async throws -> Int
    {
        let (steps, expected) = try await rehearse()
        var tried = 0
        for (number, step) in steps.enumerated() where isTried(step) {
            for second in Swift.stride(from: 0, to: steps.count, by: stride) where isTried(steps[second]) {
                let crash = Crash(number: number, step: step, event: .stop, seed: UInt64(second))
                try await verify(crash, of: steps.count, expecting: expected, cuts: 2, attempts: 3, second: second)
                tried += 1
            }
        }
        return tried
    }

    private func verify(
        _ crash: Crash,
        of steps: Int,
        expecting expected: Outcome,
        cuts: Int,
        attempts: Int,
        second: Int? = nil
    ) async throws {
        let folder = try TemporaryFolder(.inMemory)
        try prepare(folder)
        let disk = try SimulatedDisk(script: [crash.number: crash.event])
        var numbers = SeededNumbers(seed: crash.seed &+ UInt64(crash.number) << 32)
        var losses: [String] = []
        var (cutsLeft, attemptsLeft) = (cuts, attempts)
        while true {
            var failure: (any Error)?
            do { try await start(in: folder, on: disk) } catch { failure = error }
            if disk.isCut {
                // After a power cut, the result of the run is lost.
                losses += try disk.losePower(seed: numbers.next()).map { $0.replacing(folder.path, with: "…") }
                cutsLeft -= 1
            } else if let failure {
                guard attemptsLeft > 0 else {
                    throw CrashFailure(crash: crash, losses: losses, detail: "the run does not end: \(failure)")
                }
            } else {
                break
            }
            if cutsLeft > 0, disk.isCut {
                disk.restart(script: [second ?? numbers.next(below: steps): .stop])
            } else {
                attemptsLeft -= 1
                disk.restart()
            }
        }
        let outcome = try await outcome(folder)
        guard outcome == expected else {
            throw CrashFailure(
                crash: crash,
                losses: losses,
                detail: "outcome:\n\(outcome)\noutcome of an undisturbed run:\n\(expected)"
            )
        }
    }

    private func start(in folder: TemporaryFolder, on disk: SimulatedDisk) async throws {
        try await Faults.$current.withValue(disk) { try await run(folder, disk) }
    }
}
