internal import Pipelines
internal import PluginKit

/// The steps of a transform, from the first record of its table to the last page of its memory.
struct TransformSteps {
    /// The progress.
    struct Progress {
        /// The number of steps made.
        var steps = 0
        /// What happened to the records, by output.
        var outcomes: [Outcome]
        var isAtEnd = false
    }

    var progress: Progress
    /// The running transform; nil while it is created again.
    var runner: (any TransformRunner)?
    private let trial: TransformTrial
    private let schedule: TransformTrial.Schedule
    /// The rows of each batch of the table.
    private let tableParts: [Range<Int>]
    /// Whether it has a memory; without one, the table has to be sealed.
    private var hasMemory: Bool { trial.first.hasMemory }

    init(_ trial: TransformTrial, schedule: TransformTrial.Schedule, runner: any TransformRunner) {
        self.trial = trial
        self.schedule = schedule
        self.runner = runner
        progress = Progress(outcomes: trial.outputs.map { Outcome(Batch($0.schema)) })
        let rows = trial.lookup?.count ?? 0
        let size = max(1, min(schedule.tableRows, rows))
        tableParts = stride(from: 0, to: rows, by: size).map { $0..<min($0 + size, rows) }
    }

    /// What a checkpoint would store.
    func store() throws -> StoredTransform {
        guard let runner else { preconditionFailure("no transform is running") }
        return try runner.store()
    }

    /// Makes the next step.
    ///
    /// - Throws: `ContractViolation`, or what the transform throws.
    mutating func step() async throws {
        guard let runner else { return }
        var place = progress.steps
        progress.steps += 1
        if place < tableParts.count, let lookup = trial.lookup {
            return try await runner.remember(lookup.part(tableParts[place]))
        }
        place -= tableParts.count
        if place == 0 { return try await runner.seal() }
        place -= 1
        if place < schedule.parts.count {
            return try await apply(trial.input.part(schedule.parts[place]), with: runner)
        }
        try await drain(place - schedule.parts.count, with: runner)
    }

    private mutating func apply(_ part: Batch, with runner: any TransformRunner) async throws {
        var batch = part
        var outputs = Outputs(trial.outputs, origins: part.origins)
        if let sideBySide = runner.sideBySide {
            try await sideBySide(&batch, &outputs)
        } else {
            let wantedMore = runner.wantsMore
            try await runner.apply(to: &batch, outputs: &outputs)
            let isAsWanted = batch.isEmpty && batch.rejections.isEmpty && outputs.isUntouched && !runner.wantsMore
            guard wantedMore || isAsWanted else {
                throw ContractViolation(
                    law: .enoughIsEnough,
                    detail: "it wanted no more, and \(part.count.counted("further record")) made a difference"
                )
            }
        }
        try add(batch, at: 0)
        try add(&outputs)
    }

    private mutating func drain(_ page: Int, with runner: any TransformRunner) async throws {
        guard hasMemory else {
            progress.isAtEnd = true
            return
        }
        guard page <= trial.input.count + 1000 else {
            throw ContractViolation(law: .drainEnds, detail: "after \(page) pages there is still one more")
        }
        var outputs = Outputs(trial.outputs)
        if case .end = try await runner.drain(page: page, outputs: &outputs) { progress.isAtEnd = true }
        try add(&outputs)
    }

    private mutating func add(_ outputs: inout Outputs) throws {
        for output in 0..<outputs.count {
            if let batch = outputs.take(output) { try add(batch, at: output) }
        }
    }

    private mutating func add(_ batch: Batch, at output: Int) throws {
        let promised = trial.outputs[output].schema
        var batch = batch
        if batch.isEmpty {
            // An empty batch has no columns.
            batch.reshape(to: promised)
        } else if batch.schema != promised {
            throw ContractViolation(
                law: .schemaAsPromised,
                detail: "a batch has the columns \(batch.schema.names), promised are \(promised.names)"
            )
        }
        progress.outcomes[output].append(batch)
    }
}
