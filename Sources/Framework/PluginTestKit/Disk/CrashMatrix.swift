public import PluginKit

/// Disturbs a run at each of its durable steps, and looks whether it still comes to the same end.
///
///     let matrix = CrashMatrix(
///         prepare: { try $0.write(records, to: "input.json") },
///         run: { folder, _ in try await run(in: folder) },
///         outcome: { try FolderContents(of: $0) { $0.hasSuffix(".csv") } }
///     )
///     try await matrix.verify()
///
/// The run learns of the disk by `Faults.current`; it opens nothing before `run` and closes everything at its end. The
/// folders lie in memory where that is possible, since a real sync takes milliseconds and proves nothing here.
public struct CrashMatrix<Outcome: Equatable & Sendable>: Sendable {
    private let prepare: @Sendable (TemporaryFolder) throws -> Void
    private let run: @Sendable (TemporaryFolder, SimulatedDisk) async throws -> Void
    private let outcome: @Sendable (TemporaryFolder) async throws -> Outcome

    /// What is run, and what has to come out.
    ///
    /// - Parameters:
    ///   - prepare: Lays out what the run finds; no fault point sees it.
    ///   - run: Runs to the end, from the start or from where an earlier run was cut off. It throws if it does not get
    ///     there.
    ///   - outcome: What is compared, when a run has come to its end.
    public init(
        prepare: @escaping @Sendable (TemporaryFolder) throws -> Void = { _ in },
        run: @escaping @Sendable (TemporaryFolder, SimulatedDisk) async throws -> Void,
        outcome: @escaping @Sendable (TemporaryFolder) async throws -> Outcome
    ) {
        self.prepare = prepare
        self.run = run
        self.outcome = outcome
    }

    /// Runs undisturbed.
    ///
    /// - Returns: The durable steps, both moments of each, and what came out.
    /// - Throws: What the run throws.
    public func rehearse() async throws -> (steps: [DurableStep], outcome: Outcome) {
        let folder = try TemporaryFolder(.inMemory)
        try prepare(folder)
        let disk = try SimulatedDisk()
        try await start(in: folder, on: disk)
        return (disk.steps, try await outcome(folder))
    }

    /// Stops a run at each step, before and after it, and in each write; takes it up again until it ends; and compares
    /// what came out with what an undisturbed run leaves.
    ///
    /// - Parameters:
    ///   - events: What happens at each step; a tear only at writes.
    ///   - seeds: What the losses are drawn from; each step is tried with each.
    ///   - cuts: How many power cuts a run sees. The second and later ones come at a step that the seed chooses, while
    ///     the run is resumed.
    ///   - attempts: How often a run may be resumed undisturbed until it ends.
    ///   - isTried: Whether to disturb the run at this step.
    /// - Returns: How many disturbed runs there were.
    /// - Throws: `CrashFailure` for the first one that ends otherwise or not at all; what an undisturbed run throws.
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
                if case .tear = event, step.act != .write || step.moment != .before { continue }
                for seed in seeds {
                    let crash = Crash(number: number, step: step, event: event, seed: seed)
                    try await verify(crash, of: steps.count, expecting: expected, cuts: cuts, attempts: attempts)
                    tried += 1
                }
            }
        }
        return tried
    }

    /// Stops a run at each step, and the run that resumes it again at every few steps of its own.
    ///
    /// - Parameters:
    ///   - stride: At every which step of the second run.
    ///   - isTried: Whether to stop the first run at this step.
    /// - Returns: How many disturbed runs there were, twice stopped ones counted once.
    /// - Throws: `CrashFailure` for the first one that ends otherwise or not at all; what an undisturbed run throws.
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
                // What a run says after a power cut, nobody hears.
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
                detail: "what came out:\n\(outcome)\nwhat an undisturbed run leaves:\n\(expected)"
            )
        }
    }

    private func start(in folder: TemporaryFolder, on disk: SimulatedDisk) async throws {
        try await Faults.$current.withValue(disk) { try await run(folder, disk) }
    }
}
