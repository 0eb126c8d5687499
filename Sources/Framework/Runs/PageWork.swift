internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// The work on one page in the stages without a memory.
///
/// The work on several pages runs simultaneously. Batches that arrive at a stage with a memory, or at a sink, wait in
/// `arrivals` until it is the page's turn.
struct PageWork: Sendable {
    /// A batch before a stage that takes pages one after the other.
    struct Arrival: Sendable {
        let node: Int
        let asLookup: Bool
        var batch: Batch
    }

    let context: RunContext
    /// What the transforms without a memory do to a batch, by the number of the node.
    let transforms: [SideBySide?]
    /// Whether the page belongs to another partition, so that its records go into tables and nowhere else.
    let isOthers: Bool
    private(set) var arrivals: [Arrival] = []
    private(set) var outcomes: [StageOutcome] = []
    /// Records passed to more than one reader, counted once for each reader after the first.
    private(set) var copied = 0
    /// How many records were read.
    private(set) var read = 0
    /// How many records a source delivered.
    private(set) var entered = 0
    /// The last stage that the page passed.
    private(set) var stage = 0
    /// How far an incremental source has got.
    private(set) var edge: IncrementEdge?
    /// Where it is noted what happens to the page; nil for pages of a memory.
    var slot: WorkSlot?
    /// The first few records that are dated in the future.
    private(set) var later: [NotYet.Record] = []

    init(_ context: RunContext, transforms: [SideBySide?], isOthers: Bool = false) {
        self.context = context
        self.transforms = transforms
        self.isOthers = isOthers
    }

    /// The memory of the batches that have arrived, in bytes.
    var bytesInMemory: Int { arrivals.reduce(0) { $0 + $1.batch.bytesInMemory } }

    /// Takes a page of a source through the stages.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - index: The source.
    ///   - delivered: What an earlier run has delivered of an incremental source.
    ///   - present: The latest value that an incremental source may deliver, in microseconds since
    ///     1970-01-01T00:00:00Z.
    /// - Throws: a diagnostic at the stage that could not do it, or a `CancellationError`.
    mutating func enter(
        _ page: consuming Page,
        from index: Int,
        delivered: IncrementEdge?,
        present: Int64
    ) async throws {
        var batch = page.batch
        let bytes = batch.bytesOfText
        stage = index
        entered = batch.count
        try check(batch, against: context[index].request.schema, at: index)
        // Columns that no stage needs were not read, and are null.
        batch.reshape(to: context[index].output)
        if let increment = context[index].increment {
            var edge = IncrementEdge()
            later = edge.take(&batch, increment: increment, known: delivered, present: present)
            self.edge = edge
        }
        var outcome = StageOutcome(read: &batch, at: index)
        outcome.busy = page.busy
        outcome.bytes = bytes
        read += outcome.tally.received
        outcomes.append(outcome)
        try await send(batch, from: Plan.Port(node: index, output: 0), place: outcomes.count - 1)
    }

    /// Takes records from a stage's memory through the stages after it.
    ///
    /// - Parameters:
    ///   - outputs: The records, by output.
    ///   - index: The stage.
    ///   - numbers: The number of the next record that the stage makes for each output.
    ///   - busy: How long the stage worked on it.
    /// - Throws: a diagnostic at the stage that could not do it, or a `CancellationError`.
    mutating func enter(
        made outputs: inout Outputs,
        from index: Int,
        numbers: inout [Int],
        busy: Duration
    ) async throws {
        stage = index
        var batches: [Batch] = []
        for output in 0..<outputs.count {
            var batch = outputs.take(output) ?? Batch(context[index].outputs[output].schema)
            batch.settle(origin: "made by '\(context[index].name)'", from: numbers[output])
            numbers[output] += batch.count
            batches.append(batch)
        }
        var outcome = StageOutcome(made: &batches, at: index)
        outcome.busy = busy
        try await leave(batches, from: index, with: outcome)
    }

    /// Takes the result of a stage for a batch through the stages after it.
    mutating func leave(
        _ changed: consuming Changed,
        of received: Int,
        from index: Int,
        busy: Duration
    ) async throws {
        var changed = changed
        var batches = [changed.batch]
        if !changed.outputs.isUntouched {
            // The records of the first output follow those left in the batch, as one more batch.
            for output in 0..<changed.outputs.count {
                batches.append(changed.outputs.take(output) ?? Batch(context[index].outputs[output].schema))
            }
        }
        var outcome = StageOutcome(of: received, batches: &batches, at: index, stage: context[index])
        outcome.busy = busy
        try await leave(batches, from: index, with: outcome)
    }

    /// Passes batches on: one for each output.
    ///
    /// If there is one more, the first two belong to the first output.
    private mutating func leave(_ batches: [Batch], from index: Int, with outcome: StageOutcome) async throws {
        let place = outcomes.count
        outcomes.append(outcome)
        let node = context[index]
        let extra = max(0, batches.count - node.outputs.count)
        let isOnly = batches.count == 1
        for (number, batch) in batches.enumerated() {
            let output = isOnly ? 0 : max(0, number - extra)
            guard !batch.isEmpty else { continue }
            try check(batch, against: node.outputs[output].schema, at: index)
            try await send(batch, from: Plan.Port(node: index, output: output), place: place)
        }
    }

    /// Removes the batches that wait, and returns them.
    mutating func takeArrivals() -> [Arrival] {
        defer { arrivals = [] }
        return arrivals
    }

    /// Adds an outcome of records of the page.
    mutating func note(_ outcome: StageOutcome) { outcomes.append(outcome) }

    /// Passes a batch to every reader of an output.
    ///
    /// - Parameters:
    ///   - batch: The batch.
    ///   - port: The output.
    ///   - place: The outcome that counts it.
    /// - Throws: a diagnostic at the stage that could not do it, or a `CancellationError`.
    private mutating func send(_ batch: consuming Batch, from port: Plan.Port, place: Int) async throws {
        guard !batch.isEmpty else { return }
        let all = context.readers[port.node][port.output]
        let readers = isOthers ? all.filter(context.fillsTable) : all
        if readers.isEmpty {
            outcomes[place].leaveOut(batch.count, because: all.isEmpty ? StageOutcome.unread : "of other parts")
        }
        copied += batch.count * max(0, readers.count - 1)
        for reader in readers.dropLast() { try await arrive(copy batch, at: reader) }
        if let last = readers.last { try await arrive(batch, at: last) }
    }

    private mutating func arrive(_ batch: consuming Batch, at reader: Plan.Reader) async throws {
        if case .transform(let transform) = context[reader.node].stage, !transform.hasMemory, !reader.asLookup {
            return try await process(batch, at: reader.node)
        }
        arrivals.append(Arrival(node: reader.node, asLookup: reader.asLookup, batch: batch))
    }

    /// Takes a batch through a transform.
    ///
    /// A batch that it refuses is divided until the bad record is found and rejected.
    private mutating func process(_ batch: consuming Batch, at index: Int) async throws {
        stage = index
        slot?.enter(.transforming(index), bytes: batch.bytesInMemory)
        batch.reshape(to: context[index].input)
        do {
            try await apply(batch, at: index)
        } catch StageFailure.badBatch(let reason) {
            guard batch.count > 1 else {
                batch.reject(0, code: reason.code, because: reason.message)
                var batches = [batch]
                outcomes.append(StageOutcome(of: 1, batches: &batches, at: index, stage: context[index]))
                return
            }
            let middle = batch.count / 2
            try await process(batch.part(0..<middle), at: index)
            try await process(batch.part(middle..<batch.count), at: index)
        }
    }

    private mutating func apply(_ batch: Batch, at index: Int) async throws {
        guard let transform = transforms[index] else {
            throw Diagnostic(
                "run.table",
                message: "records have arrived before the table that they are looked up in is complete",
                category: .defect,
                at: .stage(context[index].name, at: nil)
            )
        }
        let start = context.plan.time.now
        let changed = try await context.change(batch, at: index, isRepeatable: true, apply: transform)
        try await leave(changed, of: batch.count, from: index, busy: context.plan.time.now - start)
    }

    /// Refuses a batch whose columns differ from those that were promised.
    private func check(_ batch: borrowing Batch, against promised: Schema, at index: Int) throws {
        guard batch.schema != promised else { return }
        let node = context[index]
        throw Diagnostic(
            "plugin.columns",
            message: "the columns are \(batch.schema.names), and \(promised.names) were promised",
            category: .defect,
            at: .stage(node.name, at: batch.origin.isEmpty ? nil : "at \(batch.origin)"),
            hint: "this is a mistake of the plugin '\(node.plugin)', please report it"
        )
    }
}
