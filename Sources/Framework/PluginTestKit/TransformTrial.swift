internal import Pipelines
internal import PluginKit

/// Passes records through a transform as the engine does, with checkpoints and without, with interruptions and without.
struct TransformTrial {
    /// How records are split into batches, and where the transform is interrupted.
    struct Schedule {
        /// The rows of each batch, in their order.
        var parts: [Range<Int>]
        /// After how many steps the memory is stored and a new transform created; nil for never.
        ///
        /// A step is a batch of the table, its sealing, a batch or a page of the memory.
        var checkpointEvery: Int?
        /// The number of steps after a checkpoint that are lost.
        var lost = 0
        /// The number of records of the table that arrive at a time.
        var tableRows = Int.max
    }

    /// The promised outputs.
    let outputs: [Output]
    let input: Batch
    let lookup: Batch?
    private let make: () throws -> any TransformStage
    let first: any TransformStage

    init(_ input: Batch, lookup: Batch?, make: @escaping () throws -> some Transform) throws {
        self.input = input
        self.lookup = lookup
        self.make = { TransformDriver(plugin: try make()) }
        first = try self.make()
        outputs = first.outputs
    }

    /// The number of records in outcomes, whatever happened to them.
    func count(of outcomes: [Outcome]) -> Int { outcomes.reduce(0) { $0 + $1.count } }

    /// Splits and interrupts in many ways, and compares.
    ///
    /// - Throws: `ContractViolation` for the first way with another result.
    func verify(leaves expected: [Outcome]) async throws {
        let all = 0..<input.count
        let single = all.map { $0..<$0 + 1 }
        let places = all.count <= 40 ? Array(0...all.count) : (0...20).map { $0 * all.count / 20 }
        let halves = places.map { [0..<$0, $0..<all.count] }
        for parts in halves + [single] {
            try await verify(Schedule(parts: parts, tableRows: parts.count > 2 ? 1 : .max), leaves: expected)
        }
        guard first.hasMemory || first.hasTable else { return }
        let tenths = (0..<10).map { all.count * $0 / 10..<all.count * ($0 + 1) / 10 }
        for parts in all.count <= 40 ? halves + [single] : [tenths] {
            for (every, lost) in [(1, 0), (1, 2), (2, 1), (3, 2), (7, 6)] {
                try await verify(
                    Schedule(parts: parts, checkpointEvery: every, lost: lost, tableRows: 2),
                    leaves: expected
                )
            }
        }
    }

    private func verify(_ schedule: Schedule, leaves expected: [Outcome]) async throws {
        let outcome = try await outcome(schedule)
        guard outcome != expected else { return }
        let rows = schedule.parts.map { "\($0.lowerBound + 1)...\($0.upperBound)" }
        throw ContractViolation(
            law: schedule.checkpointEvery == nil ? .splittingChangesNothing : .memoryOutlivesTransform,
            detail: "applied to the records \(rows.prefix(5)), "
                + (schedule.checkpointEvery.map {
                    "with the memory stored and restored after every \($0) steps, and \(schedule.lost) more lost, "
                } ?? "")
                + "it has another result"
        )
    }

    /// Passes the records through the transform and returns the result.
    ///
    /// - Parameter schedule: How records arrive.
    /// - Returns: What happened to the records, by output.
    /// - Throws: `ContractViolation`, or what the transform throws.
    func outcome(_ schedule: Schedule) async throws -> [Outcome] {
        let folder = try TemporaryFolder(.inMemory)
        var files = Self.files(in: folder)
        var run = TransformSteps(self, schedule: schedule, runner: try first.begin(files, from: nil))
        while !run.progress.isAtEnd {
            try await run.step()
            guard let every = schedule.checkpointEvery, run.progress.steps.isMultiple(of: every), !run.progress.isAtEnd
            else { continue }
            try await interrupt(&run, files: &files, folder: folder, lost: schedule.lost)
        }
        return run.progress.outcomes
    }

    private static func files(in folder: TemporaryFolder) -> SpillFolder { SpillFolder(folder.path, prefix: "bench") }

    /// Stores the memory, continues for some steps that will be lost, and starts again from what was stored.
    private func interrupt(
        _ run: inout TransformSteps,
        files: inout SpillFolder,
        folder: TemporaryFolder,
        lost: Int
    ) async throws {
        let stored = try run.store()
        let named = files.takeNoted()
        let progress = run.progress
        for _ in 0..<lost where !run.progress.isAtEnd {
            // An error here occurs again where it counts.
            guard (try? await run.step()) != nil else { break }
        }
        // The process has ended.
        run.runner = nil
        run.progress = progress
        // As in the engine: files are as they were at the checkpoint, and no others exist.
        for (path, bytes) in named { try FileSystem.truncate(path, to: bytes) }
        let known = Set(named.map(\.path))
        for name in folder.files where !known.contains(folder.path(name)) { FileSystem.remove(folder.path(name)) }
        do {
            files = Self.files(in: folder)
            run.runner = try make().begin(files, from: stored)
        } catch {
            throw ContractViolation(law: .memoryOutlivesTransform, detail: "it cannot restore what it stored: \(error)")
        }
    }
}
